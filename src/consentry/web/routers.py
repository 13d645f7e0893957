"""What the API is made of. Media routes are in footage.ROUTES, the page in static.py."""

from fastapi import APIRouter

from consentry.web import (
    cameras,
    diary,
    events,
    feed,
    house,
    keys,
    live,
    members,
    recordings,
    session,
    trust,
)

ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    keys.router,
    cameras.router,
    recordings.router,
    events.router,
    diary.router,
    house.router,
    members.router,
    live.router,
    feed.router,
    trust.router,
)
