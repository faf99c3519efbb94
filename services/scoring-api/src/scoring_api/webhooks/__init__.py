"""Webhooks («gửi thông báo»): announcements sent to other systems, as Standard Webhooks says."""
