"""Where things stand: zones are asked for the middle of a box's lower edge."""

from consentry.model.camera import Camera, Polygon, Zone
from consentry.model.vision import Box, Label


def contains(polygon: Polygon, point: tuple[float, float]) -> bool:
    """Tell whether ``point`` lies in ``polygon`` (even-odd rule: crossed corners do no harm)."""
    x, y = point
    inside = False
    previous = polygon[-1]
    for corner in polygon:
        (x1, y1), (x2, y2) = previous, corner
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
        previous = corner
    return inside


def zones_at(camera: Camera, box: Box) -> tuple[Zone, ...]:
    """Return the zones in which the thing in ``box`` stands."""
    return tuple(
        zone for zone in camera.zones if zone.polygon and contains(zone.polygon, _foot(box))
    )


def alerts_in(zone: Zone, label: Label) -> bool:
    """Tell whether a thing of this label matters in the zone."""
    return not zone.labels or label in zone.labels


def _foot(box: Box) -> tuple[float, float]:
    """Return the foot, kept inside: a thing cut by the lower edge stands on the edge."""
    x, y = box.foot
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 0.999)
