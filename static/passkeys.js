/* Passkeys: asks the browser for one, and sends what it gives with the form around the button. */
"use strict";

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) document.documentElement.classList.add("has-passkeys");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-passkey]");
  if (!button) return;
  const { form } = button, said = form.querySelector("[role=alert]");
  said.textContent = "";
  button.setAttribute("aria-busy", "true");
  try {
    const asked = await fetch(button.dataset.options, { method: "POST", body: new FormData(form) });
    const options = await asked.json();
    const given = button.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    form.elements.credential.value = JSON.stringify(given.toJSON());
    form.requestSubmit();
  } catch {
    // Whoever has none, or does not want to, says so to the browser.
    said.textContent = button.dataset.failed;
  } finally {
    button.removeAttribute("aria-busy");
  }
});
