from django import template

from reviews import events

register = template.Library()


@register.filter
def told_action(action: str) -> str:
    """Say an event's action in words."""
    return events.told(action)
