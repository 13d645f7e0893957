"""What the API is made of; the page is in static.py."""

from typing import Any

from fastapi import APIRouter

from consentry.web import (
    cameras,
    diary,
    events,
    feed,
    footage,
    house,
    keys,
    live,
    members,
    recordings,
    session,
    shares,
    trust,
)
from consentry.web.media_route import MediaRoute

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
    shares.router,
)

MEDIA_ROUTES: tuple[MediaRoute[Any], ...] = (*footage.ROUTES, *shares.ROUTES)
