"""How people come to us by themselves: forms, the double opt-in, and its limits."""

from . import (
    lifecycle_signup_form,
    lifecycle_signup,
    lifecycle_signup_form_page,
    lifecycle_signup_form_use,
    lifecycle_signup_take,
    lifecycle_signup_confirm,
    lifecycle_signup_run,
    lifecycle_signup_touchpoint,
)
