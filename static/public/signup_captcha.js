/**
 * Asks Google reCAPTCHA for a token once somebody begins to write, and anew before it
 * runs out. Loaded by sign-up pages only where the captcha is set up in Odoo.
 */
const input = document.querySelector("input[name='recaptcha_token_response']");
const form = input.closest("form");
const LIFETIME = 100000;

function askForToken() {
    window.grecaptcha.ready(async () => {
        const { captchaKey, captchaAction } = input.dataset;
        input.value = await window.grecaptcha.execute(captchaKey, {
            action: captchaAction,
        });
    });
}

form.addEventListener(
    "focusin",
    () => {
        askForToken();
        setInterval(askForToken, LIFETIME);
    },
    { once: true },
);
