"""AWS Chatbot (Amazon Q Developer in chat applications): Slack channel configurations, which moto has not at all."""

from __future__ import annotations

from localaws.services.core import add_service


def install() -> None:
    """Make moto know the service."""
    from localaws.services.chatbot.backend import ChatbotResponse, chatbot_backends

    add_service("chatbot", "chatbot", chatbot_backends, ChatbotResponse)
