"""What the API is made of. Media routes are in footage.ROUTES, the page in static.py."""

from fastapi import APIRouter

from consentry.web import cameras, events, feed, house, live, members, recordings, session

ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    cameras.router,
    recordings.router,
    events.router,
    house.router,
    members.router,
    live.router,
    feed.router,
)
