"""Alerts on their way out of the house: e-mail, apprise's services, MQTT for Home Assistant.

``Outbox`` is the way in. It takes the same messages as the live feed, never blocks the hub, and
gives each channel what its owner allowed: a picture only where ``channel.pictures`` says so.
"""
