"""Addresses of the contact's pages and of the borrower's page of people: no word of a debt in any of them."""

from __future__ import annotations

from django.urls import path

from kaopu.contacts.portal import again, agree, check, complaint, help, invitation, own, people, relay  # noqa: A004 - the page's own name

urlpatterns = [
    path("r/<str:token>", relay.relay, name="contact_relay"),
    path("check/", check.check, name="contact_check"),
    path("c/<str:token>/", invitation.door, name="contact_door"),
    path("c/<str:token>/answer", invitation.answer, name="contact_answer"),
    path("c/<str:token>/choices", agree.choices, name="contact_choices"),
    path("c/<str:token>/number", agree.number, name="contact_number"),
    path("c/<str:token>/code", agree.code, name="contact_code"),
    path("c/<str:token>/undo", invitation.take_back, name="contact_undo"),
    path("c/<str:token>/stop", own.stop, name="contact_stop"),
    path("c/<str:token>/change", own.change, name="contact_change"),
    path("c/<str:token>/second", own.second, name="contact_second"),
    path("c/<str:token>/second-code", own.second_code, name="contact_second_code"),
    path("c/<str:token>/complain", complaint.complain, name="contact_complain"),
    path("c/<str:token>/help", help.help_to_pay, name="contact_help"),
    path("c/<str:token>/recheck", again.own_number, name="contact_recheck"),
    path("c/<str:token>/recheck-code", again.own_code, name="contact_recheck_code"),
    path("c/<str:token>/enter", again.number, {"way": "enter"}, name="contact_enter"),
    path("c/<str:token>/enter-code", again.code, {"way": "enter"}, name="contact_enter_code"),
    path("c/<str:token>/never", again.number, {"way": "never"}, name="contact_never"),
    path("c/<str:token>/never-code", again.code, {"way": "never"}, name="contact_never_code"),
    path("people/<str:token>/", people.door, name="people"),
    path("people/<str:token>/send", people.ask_code, name="people_send"),
    path("people/<str:token>/code", people.code, name="people_code"),
    path("people/<str:token>/add", people.add, name="people_add"),
    path("people/<str:token>/<int:contact_id>/link", people.forward, name="people_link"),
    path("people/<str:token>/<int:contact_id>/remove", people.take_out, name="people_remove"),
]
