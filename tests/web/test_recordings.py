"""Timeline, segments, their bytes, previews, exports, kept clips and deletion."""

import io

import av
import pytest

from consentry.model.time import SECOND
from tests.store.film import FPS, START, fragments_numbers, jpeg_number, numbers
from tests.web.home import Home, at, size_of, stretch


async def test_the_timeline_tells_what_was_recorded(home: Home) -> None:
    """Recorded spans, gaps with reasons, events and kept clips of a stretch."""
    answer = await home.owner.get(f"/api/cameras/{home.camera}/timeline", params=stretch(-60, 120))
    timeline = answer.json()
    assert timeline["recorded"] == [[START, START + 40 * SECOND]]
    assert [event["id"] for event in timeline["events"]] == [home.event]
    assert timeline["events"][0]["label"] == "person"
    assert timeline["kept"] == []


async def test_a_month_is_the_most_at_once(home: Home) -> None:
    """Longer stretches and stretches that end before they start get a sentence."""
    path = f"/api/cameras/{home.camera}/timeline"
    for query in (stretch(0, 33 * 86400), stretch(8, 4)):
        answer = await home.owner.get(path, params=query)
        assert answer.status_code == 400
        assert answer.json()["error"]["message"].endswith(".")


async def test_a_time_without_offset_is_local_to_the_house(home: Home) -> None:
    """In Berlin the film began two hours later by the clock on the wall."""
    await home.owner.patch("/api/settings", json={"time_zone": "Europe/Berlin"})
    path = f"/api/cameras/{home.camera}/segments"
    local = {"from": "2026-09-21T16:13:20", "to": "2026-09-21T16:14:00"}
    in_utc = {"from": "2026-09-21T14:13:20Z", "to": "2026-09-21T14:14:00Z"}
    found = (await home.owner.get(path, params=local)).json()
    assert [segment["id"] for segment in found] == [home.segment]
    assert found == (await home.owner.get(path, params=in_utc)).json()
    twice = {"from": "2026-10-25T02:30:00", "to": "2026-10-25T03:30:00"}
    answer = await home.owner.get(path, params=twice)
    assert answer.status_code == 400
    assert "not one moment" in answer.json()["error"]["message"]


async def test_segments_play_from_the_key_frame_before(home: Home) -> None:
    """Init and media of a segment decode, and begin at the key frame at or before the moment."""
    path = f"/api/cameras/{home.camera}/segments"
    (segment,) = (await home.owner.get(path, params=stretch(0, 40))).json()
    assert segment["id"] == home.segment
    assert segment["video"]["codec"].startswith("avc1.")
    assert segment["audio"] == {"codec": "mp4a.40.2"}
    assert segment["key_frames_us"][:3] == [START, START + 2 * SECOND, START + 4 * SECOND]
    init = (await home.owner.get(f"/api/segments/{home.segment}/init")).content
    query = {"from_us": START + 5 * SECOND, "to_us": START + 7 * SECOND}
    answer = await home.owner.get(f"/api/segments/{home.segment}/media", params=query)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["cache-control"] == "no-store"
    assert fragments_numbers(init, [answer.content]) == list(range(4 * FPS, 7 * FPS))


async def test_key_frames_alone_for_fast_playback(home: Home) -> None:
    """With key_frames=1 only the entry pictures come."""
    init = (await home.owner.get(f"/api/segments/{home.segment}/init")).content
    query = {"from_us": START, "to_us": START + 8 * SECOND, "key_frames": 1}
    answer = await home.owner.get(f"/api/segments/{home.segment}/media", params=query)
    assert fragments_numbers(init, [answer.content]) == [0, 2 * FPS, 4 * FPS, 6 * FPS]


async def test_sound_is_its_own_track(home: Home) -> None:
    """The audio track has an init and fragments of its own."""
    query: dict[str, str | int] = {"track": "audio"}
    init = (await home.owner.get(f"/api/segments/{home.segment}/init", params=query)).content
    query |= {"from_us": START, "to_us": START + 4 * SECOND}
    media = (await home.owner.get(f"/api/segments/{home.segment}/media", params=query)).content
    with av.open(io.BytesIO(init + media), "r") as container:
        assert [stream.type for stream in container.streams] == ["audio"]
        assert sum(1 for _ in container.decode(audio=0)) > 50


async def test_a_preview_is_the_picture_of_that_moment(home: Home) -> None:
    """The key frame at or before the moment, as wide as asked; nowhere is a 404."""
    path = f"/api/cameras/{home.camera}/preview.jpg"
    query = {"at_us": START + 13 * SECOND, "width": 64}
    answer = await home.owner.get(path, params=query)
    assert answer.headers["content-type"] == "image/jpeg"
    assert jpeg_number(answer.content) == 12 * FPS
    nowhere = await home.owner.get(path, params={"at_us": START - 3600 * SECOND})
    assert nowhere.status_code == 404


async def test_an_export_is_a_file_that_plays(home: Home) -> None:
    """The download has a name, its length, the lead, and shows exactly the pictures asked for."""
    path = f"/api/cameras/{home.camera}/export"
    plan = (await home.owner.get(path, params=stretch(5, 9))).json()
    answer = await home.owner.get(path + ".mp4", params=stretch(5, 9))
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''Front%20door%202026-09-21%2014-13-25.mp4"
    )
    assert answer.headers["x-consentry-lead-seconds"] == "1.000"
    assert len(answer.content) == int(answer.headers["content-length"]) == plan["bytes"]
    assert plan["lead_seconds"] == pytest.approx(1.0)
    assert plan["seconds"] == pytest.approx(4.0, abs=0.11)
    assert numbers(answer.content)[0] == 5 * FPS


async def test_a_clip_answers_ranges(home: Home) -> None:
    """Safari asks for two bytes first, then for the rest: both are exactly those of the file."""
    path = f"/api/events/{home.event}/clip.mp4"
    whole = (await home.owner.get(path)).content
    first = await home.owner.get(path, headers={"range": "bytes=0-1"})
    assert (first.status_code, first.content) == (206, whole[:2])
    assert first.headers["content-range"] == f"bytes 0-1/{len(whole)}"
    rest = await home.owner.get(path, headers={"range": "bytes=1000-"})
    assert rest.content == whole[1000:]
    assert rest.headers["content-length"] == str(len(whole) - 1000)


async def test_the_clip_of_an_event_begins_five_seconds_before(home: Home) -> None:
    """It shows 20 s from five seconds before the start."""
    shown = numbers((await home.owner.get(f"/api/events/{home.event}/clip.mp4")).content)
    assert shown[0] == 5 * FPS
    assert 20 * FPS - 1 <= len(shown) <= 20 * FPS + 1


async def test_nothing_recorded_is_not_found(home: Home) -> None:
    """An export of an empty stretch says so instead of sending an empty file."""
    answer = await home.owner.get(
        f"/api/cameras/{home.camera}/export.mp4", params=stretch(-60, -50)
    )
    assert answer.status_code == 404


async def test_kept_clips(home: Home) -> None:
    """A clip is kept, listed, drawn on the timeline, renamed, and released again."""
    body = {"camera": home.camera, **stretch(4, 8), "note": "the fox"}
    kept = (await home.owner.post("/api/kept", json=body)).json()
    assert kept["note"] == "the fox"
    assert kept["from"] == at(4)
    assert (await home.owner.get("/api/kept")).json() == [kept]
    timeline = await home.owner.get(f"/api/cameras/{home.camera}/timeline", params=stretch(0, 40))
    assert timeline.json()["kept"] == [[START + 4 * SECOND, START + 8 * SECOND]]
    path = f"/api/kept/{kept['id']}"
    renamed = await home.owner.patch(path, json={"note": "two foxes"})
    assert renamed.json() == kept | {"note": "two foxes"}
    assert (await home.owner.get("/api/kept")).json() == [renamed.json()]
    assert (await home.owner.delete(path)).status_code == 204
    assert (await home.owner.get("/api/kept")).json() == []


async def test_deleted_footage_is_gone(home: Home) -> None:
    """What was deleted plays nowhere any more; the rest still does."""
    path = f"/api/cameras/{home.camera}"
    assert (await home.owner.delete(f"{path}/footage", params=stretch(0, 20))).status_code == 204
    query = {"at_us": START + 11 * SECOND}
    assert (await home.owner.get(f"{path}/preview.jpg", params=query)).status_code == 404
    timeline = (await home.owner.get(f"{path}/timeline", params=stretch(0, 40))).json()
    assert timeline["recorded"] == [[START + 20 * SECOND, START + 40 * SECOND]]


async def test_snapshots_fall_back_to_the_recording(home: Home) -> None:
    """Without a live picture and without a recent recording there is none to show."""
    answer = await home.owner.get(f"/api/cameras/{home.camera}/snapshot.jpg")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"]


async def test_event_pictures_are_cut_to_size(home: Home) -> None:
    """Whole, narrower, and cropped around the thing with some surroundings."""
    path = f"/api/events/{home.event}/picture.jpg"
    assert size_of((await home.owner.get(path)).content) == (640, 360)
    narrow = await home.owner.get(path, params={"width": 320})
    assert size_of(narrow.content) == (320, 180)
    crop = await home.owner.get(path, params={"crop": 1})
    assert size_of(crop.content) == (272, 306)
    assert crop.headers["cache-control"] == "no-store"
