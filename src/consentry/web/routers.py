"""What the API is made of. Media routes are in footage.ROUTES, the page in static.py."""

from fastapi import APIRouter

from consentry.web import cameras, events, feed, house, keys, live, members, recordings, session

ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    keys.router,
    cameras.router,
    recordings.router,
    events.router,
    house.router,
    members.router,
    live.router,
    feed.router,
)
