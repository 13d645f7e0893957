"""What happened: pure state machines from sightings to events, incidents and alerts. No I/O.

A ``Sighting`` is what one look found. ``Tracker`` follows things from look to look; ``Machine``
opens, updates and closes an event for each thing that comes, groups what belongs together into an
incident, and decides whether somebody is told. Everything counts by the sightings' own times: looks
that come late, seldom or not at all lengthen the doubt, they lose nothing.
"""
