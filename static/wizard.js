// What htmx leaves to the page: to say that it is slow, or that it failed, and to keep Back and Forward honest. What is
// typed and not sent stays with its page, and a message goes with its mistake.
(() => {
  "use strict";
  const SLOW = 700;
  const byId = (id) => document.getElementById(id);
  const SECRETS = '[type="password"], .secret *, [autocomplete*="password"], [autocomplete*="one-time"], [autocomplete*="cc-"]';
  const REVEALED = ".revealed, .revealed-on, .revealed-off";
  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const valuesOf = (field) =>
    isTick(field) ? (field.checked ? [field.value] : []) :
    field.selectedOptions ? Array.from(field.selectedOptions, ({ value }) => value) : [field.value];
  // What is said stands in the page, in its language.
  const words = byId("page-alert").dataset;
  // The request that the visitor waits for, and what says so when it is slow.
  let awaited, timer;

  const say = (text, isSeen = true) => {
    byId("live").className = isSeen ? "" : "visually-hidden";
    byId("live").textContent = text;
  };

  // What a page has to tell, also to those who do not see it. A status that is swapped in is not read out: one that was
  // there before, and changes, is.
  const tell = () => say(document.querySelector("#wizard [data-say]")?.textContent ?? "", false);

  const alarm = (text) => {
    const box = byId("page-alert");
    box.textContent = text;
    box.hidden = !text;
    if (text) box.scrollIntoView({ block: "nearest" });
  };

  // A widget of the author's own may ask by another element than an input.
  const isCheck = (ctx) => Boolean(ctx?.sourceElement?.matches?.('input, select, textarea, [hx-swap="outerMorph"]'));
  // It draws the fields again with what is typed so far.
  const isRefresh = (ctx) => ctx?.sourceElement?.value === "refresh";
  const isRestore = (ctx) => Boolean(ctx?.request?.headers?.["HX-History-Restore-Request"]);

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    // A field that is checked while the visitor types is no page on its way, and needs no check when one is.
    if (isCheck(ctx) && ctx.sourceElement.closest("form.htmx-request")) event.preventDefault();
    if (isRestore(ctx) || isCheck(ctx)) return;
    alarm("");
    awaited = ctx;
    clearTimeout(timer);
    timer = setTimeout(() => say(byId("live").dataset.slow), SLOW);
  });

  // A list in a form that was changed keeps the focus: in the entry that was added, or else on the button that adds.
  const listOf = (ctx) => /^(add|remove)\./.test(ctx.request?.submitter?.value) && ctx.request.submitter.closest("fieldset")?.id;
  const focusIn = (list, isAdded) => {
    const entry = isAdded && [...list.children].findLast((child) => child.matches(".entry"));
    ((entry && entry.querySelector("input, select, textarea")) || byId(`add-${list.id}`) || list).focus();
  };
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const id = listOf(ctx), isAdded = ctx.request?.submitter?.value.startsWith("add.");
    if (!id) return;
    document.addEventListener("htmx:after:swap", ({ detail }) => {
      if (detail.ctx === ctx && byId(id)) focusIn(byId(id), isAdded);
    }, { once: true });
  });

  // Who has removed a file goes on where another one is chosen.
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const { submitter } = ctx.request ?? {}, isRemoval = /^unload\./.test(submitter?.value);
    const id = isRemoval && submitter.closest(".field")?.querySelector('[type="file"]')?.id;
    if (id) document.addEventListener("htmx:after:swap", ({ detail }) => {
      if (detail.ctx === ctx) byId(id)?.focus();
    }, { once: true });
  });

  // What else stands in the form is no business of a check. htmx sends the whole form with each of its fields.
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (!isCheck(ctx) || isRefresh(ctx)) return;
    const parts = [...ctx.sourceElement.closest(".parts")?.querySelectorAll("input") ?? [ctx.sourceElement]];
    for (const name of new Set(ctx.request.body.keys())) if (!parts.some((part) => part.name === name)) ctx.request.body.delete(name);
  });

  // What is shown with a choice stays as it is: what is said of it may have come while the check was on its way.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    if (!isCheck(ctx) || isRefresh(ctx)) return;
    for (const { fragment } of tasks) for (const fresh of fragment.querySelectorAll(`:is(${REVEALED}) > *`)) {
      const old = byId(fresh.id);
      if (old) fresh.replaceWith(old.cloneNode(true));
    }
  });

  // A message that comes while a button is being pressed would move the button away from under the finger.
  let pressing = false;
  document.addEventListener("pointerdown", () => { pressing = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { pressing = false; }, true);
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (!pressing || !isCheck(ctx)) return;
    event.preventDefault();
    // What goes by it has to come all the same, unless it was the page that was sent.
    const again = () => setTimeout(refresh, 0, ctx.sourceElement);
    if (isRefresh(ctx)) document.addEventListener("click", again, { capture: true, once: true });
  });

  // The fields are drawn again as soon as one that others go by has changed. Without a script, a button does it.
  const refresh = (button) => { if (button.isConnected && !button.closest("form.htmx-request")) button.click(); };
  document.addEventListener("change", ({ target }) => {
    const button = target.form?.querySelector("button[data-for]");
    const named = (name) => target.name === name || target.name.startsWith(`${name}-`);
    if (button && JSON.parse(button.dataset.for).some(named)) refresh(button);
  });
  const hideRefresh = () => { for (const button of document.querySelectorAll("button[data-for]")) button.parentElement.hidden = true; };
  document.addEventListener("htmx:after:swap", hideRefresh);
  hideRefresh();

  // A morph leaves to an input what was typed, ticked or chosen in it: right while it asks the same. Where it comes to
  // offer something else, that counts; and no text is taken back that was typed meanwhile.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    if (!isRefresh(ctx)) return;
    const valuesIn = ({ options }) => JSON.stringify(Array.from(options, ({ value }) => value));
    for (const { fragment } of tasks) for (const fresh of fragment.querySelectorAll("input, select, textarea")) {
      const old = byId(fresh.id);
      if (!old?.form || old.tagName !== fresh.tagName || old.matches(`[type="hidden"], ${SECRETS}`)) continue;
      // What was chosen here is among the files that are there by now.
      if (fresh.type === "file") old.value = "";
      else if (isTick(fresh)) old.checked = (old.value === fresh.value ? old : fresh).checked;
      else if (!fresh.options) fresh.defaultValue = old.value;
      // One by one: those that are taken out of a list leave it with another choice.
      else if (valuesIn(old) !== valuesIn(fresh)) old.replaceChildren(...Array.from(fresh.children, (one) => one.cloneNode(true)));
    }
  });

  // It leads elsewhere where the run is over, which is a page of its own.
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail;
    if (!isRefresh(ctx) || !ctx.response.raw.redirected) return;
    event.preventDefault();
    location.assign(ctx.response.raw.url);
  });

  document.addEventListener("htmx:finally:request", ({ detail }) => {
    // A request ends when its page has faded in, and the next one may be on its way by then.
    if (detail.ctx !== awaited) return;
    clearTimeout(timer);
    tell();
  });

  // A file takes a while: a bar says how far it is, which fetch() does not know, and it may take as long as it goes on.
  const PATIENCE = 60000;
  const upload = (ctx, bar) => (url, { method, headers, body, signal }) => new Promise((done, fail) => {
    const call = new XMLHttpRequest();
    const wait = () => {
      clearTimeout(ctx.requestTimeout);
      ctx.requestTimeout = setTimeout(() => ctx.request.abort("timeout"), PATIENCE);
    };
    call.open(method, url);
    for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
    call.upload.onprogress = ({ loaded, total }) => { bar.value = loaded / total; wait(); };
    call.onload = () => {
      const lines = call.getAllResponseHeaders().trim().split(/\r?\n/);
      const response = new Response(call.status === 204 ? null : call.response, {
        status: call.status, headers: lines.map((line) => [line.split(":")[0], line.slice(line.indexOf(":") + 1).trim()]),
      });
      // What a page leads to is read of these.
      const redirected = call.responseURL !== new URL(url, location.href).href;
      Object.defineProperties(response, { url: { value: call.responseURL }, redirected: { value: redirected } });
      done(response);
    };
    call.onerror = () => fail(new TypeError("there is no connection"));
    signal.addEventListener("abort", () => { call.abort(); fail(signal.reason); });
    wait();
    call.send(body);
  });
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const form = isCheck(ctx) ? null : ctx.sourceElement?.closest?.("form");
    if (!form || !Array.from(document.querySelectorAll('[type="file"]')).some((one) => one.form === form && one.files.length)) return;
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", byId("live").dataset.slow);
    form.append(bar);
    ctx.fetch = upload(ctx, bar);
    const end = ({ detail }) => {
      if (detail.ctx !== ctx) return;
      bar.remove();
      document.removeEventListener("htmx:finally:request", end);
    };
    document.addEventListener("htmx:finally:request", end);
  });

  // Steps fade into each other. A mistake is told at once, and a page that nobody sees cannot be animated.
  const mayMove = matchMedia("(prefers-reduced-motion: no-preference)");
  document.addEventListener("htmx:before:response", ({ detail: { ctx } }) => {
    ctx.transition = mayMove.matches && !document.hidden && ctx.response.status < 400 && !isCheck(ctx) && !isRestore(ctx);
    if (!ctx.transition) return;
    // A heading comes from where the visitor goes.
    const isBack = /^(back|go\.)/.test(ctx.request?.submitter?.value) !== (document.dir === "rtl");
    document.documentElement.style.setProperty("--way", isBack ? "-1.5rem" : "1.5rem");
  });

  // A transition that a busy browser gives up has changed the page all the same: there is nothing to tell anybody.
  window.addEventListener("unhandledrejection", (event) => {
    if (event.reason instanceof DOMException && event.reason.message.startsWith("Transition was ")) event.preventDefault();
  });

  // htmx swaps a restored page in, but would leave the address of a page that led elsewhere, and nothing at all
  // when there is none. A real load of the address is right in each case.
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail;
    if (isRestore(ctx) && (ctx.response.raw.redirected || ctx.response.status >= 400)) {
      event.preventDefault();
      location.reload();
    }
  });

  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    const { status } = ctx.response;
    if (isCheck(ctx)) return;
    if (status === 422 || status === 409) return;
    // What comes as words alone is said as it is.
    const isText = ctx.response.headers.get("Content-Type")?.startsWith("text/plain");
    alarm(isText ? ctx.text : status === 413 ? words.tooLarge : words.failed);
  });

  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (isRestore(ctx)) location.reload();
    else if (ctx?.request && !isCheck(ctx)) alarm(words.offline);
  });

  // A link to a field moves the focus and leaves the address alone: htmx does not restore an address that only
  // differs in its fragment.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('#error-summary a[href^="#"]');
    const field = link && byId(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
  });

  // What is shown with a choice, where no style sheet sees what is chosen. Of a tick, it is said that it opens something.
  const reveal = () => {
    for (const box of document.querySelectorAll(".revealed[data-by]")) {
      const fields = Array.from(box.closest("form").elements).filter(({ name }) => name === box.dataset.by);
      box.hidden = fields.flatMap(valuesOf).includes(box.dataset.option) === ("off" in box.dataset);
    }
    for (const box of document.querySelectorAll(".option + .revealed, .revealed-on")) {
      const option = box.matches(".revealed-on") ? box.parentElement.querySelector(":scope > .option") : box.previousElementSibling;
      const tick = option.querySelector('[type="checkbox"]');
      tick?.setAttribute("aria-expanded", tick.checked);
    }
  };
  for (const type of ["change", "htmx:after:swap"]) document.addEventListener(type, reveal);

  // What is typed and not sent stays with its entry of the history, as it does in a browser without scripts. It is put
  // back into the form that it was typed into: of the same address, run and revision. Of a secret, nothing is kept.
  const OTHERS = 'button, fieldset, object, output, [type="hidden"], [type="file"], [type="submit"], [type="image"]';
  const PAUSE = 700;
  // By entry, since one that was left cannot be written to. The entry is that of the page which is seen.
  const typed = new Map();
  let entry = history.state?.entry, writing = 0;
  const formOf = () => document.querySelector('#wizard input[name="_run"]')?.form;
  const isTyped = (field) => field.name && !field.matches(OTHERS) && !field.matches(SECRETS);
  const tagOf = ({ elements }) => {
    const run = elements.namedItem("_run"), seen = elements.namedItem("_revision")?.value.split(".")[0];
    return JSON.stringify([run.form.getAttribute("action"), run.value || run.dataset.over, seen]);
  };

  const write = () => {
    clearTimeout(writing);
    writing = 0;
    // Without the mark of htmx, it would put a state of its own in the place of this one.
    if (typed.has(entry) && history.state?.entry === entry)
      history.replaceState({ ...history.state, htmx: true, typed: typed.get(entry) }, "");
  };
  const keep = ({ target }) => {
    const form = formOf();
    if (!form || target.form !== form || !isTyped(target)) return;
    if (!entry && !history.state?.entry) {
      entry = `${Date.now()}-${Math.random()}`;
      history.replaceState({ ...history.state, htmx: true, entry }, "");
    }
    const fields = new Map();
    for (const field of form.elements)
      if (isTyped(field)) fields.set(field.name, [...(fields.get(field.name) ?? []), ...valuesOf(field)]);
    typed.set(entry, { tag: tagOf(form), fields });
    // Browsers refuse a state that changes with every letter.
    if (writing) return;
    write();
    writing = setTimeout(write, PAUSE);
  };
  const putBack = () => {
    const form = formOf(), kept = typed.get(entry) ?? history.state?.typed;
    if (!form || kept?.tag !== tagOf(form)) return;
    const fields = structuredClone(kept.fields);
    for (const field of form.elements) {
      const values = isTyped(field) && !field.disabled && fields.get(field.name);
      if (!values) continue;
      // What is not offered any more is not chosen. What was typed into a combobox never was.
      if ("combobox" in field.dataset && values[0]?.startsWith("“")) field.add(new Option(values[0].slice(1, -1), values[0]));
      if (isTick(field)) field.checked = values.includes(field.value);
      else if (!field.options) field.value = values.shift() ?? field.value;
      else if (field.multiple || Array.from(field.options).some(({ value }) => values.includes(value)))
        for (const option of field.options) option.selected = values.includes(option.value);
    }
  };
  const drop = () => {
    typed.delete(entry);
    clearTimeout(writing);
    writing = 0;
    const { typed: sent, ...state } = history.state ?? {};
    if (sent && state.entry === entry) history.replaceState(state, "");
  };
  for (const type of ["input", "change"]) document.addEventListener(type, keep);
  // When a page is hidden, Chromium has left the entry already; before that, others say nothing.
  for (const type of ["beforeunload", "pagehide"]) addEventListener(type, write);
  // A page that fades in can be typed into while it does.
  const settleEntry = () => { entry = history.state?.entry; };
  addEventListener("hashchange", settleEntry);
  document.addEventListener("htmx:after:history:update", settleEntry);
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    if (!isCheck(ctx) && !isRestore(ctx) && ctx.response?.status < 400) drop();
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!isRestore(ctx)) return;
    settleEntry();
    putBack();
    reveal();
  });
  putBack();
  reveal();

  // A choice that excludes all others unticks them, and they untick it. Whatever else listens sees what is left.
  document.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox" || !target.checked) return;
    for (const other of target.closest("fieldset")?.querySelectorAll('[type="checkbox"]') ?? [])
      if (other !== target && other.name === target.name && [target, other].some((one) => "alone" in one.dataset)) other.checked = false;
  }, true);

  // A message goes with its mistake: when a check finds none any more, when something else is chosen, or when what was
  // left empty is filled in. So do its line above the form, and in the end the whole of what stands there.
  const settle = (box) => {
    const summary = byId("error-summary");
    for (const link of summary?.querySelectorAll('a[href^="#"]') ?? []) {
      const id = link.hash.slice(1), at = byId(id);
      if (!box.contains(at)) continue;
      // Of the inputs of a date, one may be mended and another not.
      const message = byId(`${id}-error`) ?? box.querySelector(".error");
      if (message && (at.matches("[aria-invalid]") || !at.closest(".parts"))) link.textContent = message.lastChild.data.trim();
      else link.closest("li").remove();
      if (summary.querySelector("li")) continue;
      summary.remove();
      if (document.title.startsWith(summary.dataset.title)) document.title = document.title.slice(summary.dataset.title.length);
    }
  };
  const isMended = (fields) => fields.every((field) =>
    isTick(field) ? fields.some(({ checked }) => checked) : field.value.trim() && (field.options ? !field.value.startsWith("“") : !field.defaultValue));
  const messageOf = (field) => field.closest(".parts") && byId(`${field.id}-error`);
  // What is shown with a choice has messages of its own.
  const within = (box, selector) =>
    [...box.querySelectorAll(selector)].filter((one) => one.closest(REVEALED) === box.closest(REVEALED));
  const take = (message) => {
    for (const one of document.querySelectorAll(`[aria-describedby~="${CSS.escape(message.id)}"]`))
      one.setAttribute("aria-describedby", one.getAttribute("aria-describedby").replace(message.id, "").trim());
    message.remove();
  };
  // Our style sheet and those of frameworks each have a name for what is wrong.
  const right = (one) => {
    one.removeAttribute("aria-invalid");
    one.classList.remove(...Array.from(one.classList).filter((name) => /^(field-error|is-invalid)$|--error$/.test(name)));
  };
  const mend = (box, field) => {
    const own = messageOf(field);
    for (const message of own ? [own] : within(box, ".error")) take(message);
    for (const one of own ? [field] : within(box, "[aria-invalid], .is-invalid")) right(one);
    if (!within(box, ".error").length) for (const one of [box, ...within(box, ".field-error")]) right(one);
    settle(box);
  };
  document.addEventListener("change", ({ target }) => {
    const box = target.closest?.(".field-error:not(.field-live)");
    const fields = () => messageOf(target) ? [target] : within(box, 'input[name]:not([type="hidden"]), select, textarea');
    if (!box || target.closest(REVEALED) !== box.closest(REVEALED) || !isMended(fields())) return;
    // Nothing may move while a button is being pressed.
    if (pressing) document.addEventListener("click", () => setTimeout(mend, 0, box, target), { capture: true, once: true });
    else mend(box, target);
  });
  // So it does when nobody is asked any more.
  document.addEventListener("change", () => {
    for (const box of document.querySelectorAll(`:is(${REVEALED}) .field-error`)) if (!box.checkVisibility()) mend(box, box);
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (isCheck(ctx) && ctx.target?.isConnected) settle(ctx.target);
  });

  // A select into which one can type has a script of its own, for the pages that have one.
  const { combobox } = document.currentScript.dataset;
  const loadCombobox = () => { if (combobox && document.querySelector("select[data-combobox]")) import(combobox); };
  // A swap is over only once the page has faded in.
  document.addEventListener("htmx:after:process", loadCombobox);
  loadCombobox();

  // A password can be looked at. It is hidden again before it is sent, so that no browser remembers it as a text.
  const shown = new Set();
  const draw = (button) => {
    const id = button.getAttribute("aria-controls");
    const field = byId(id);
    const [show, hide] = button.children;
    button.hidden = false;
    show.hidden = shown.has(id);
    hide.hidden = !show.hidden;
    if (shown.has(id) !== (field.type === "text")) field.type = shown.has(id) ? "text" : "password";
  };
  const drawAll = () => document.querySelectorAll(".reveal").forEach(draw);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.(".reveal");
    const id = button?.getAttribute("aria-controls");
    if (!button) return;
    if (!shown.delete(id)) shown.add(id);
    draw(button);
  });
  document.addEventListener("submit", () => { shown.clear(); drawAll(); }, true);
  document.addEventListener("htmx:after:swap", drawAll);
  drawAll();

  // What is copied is said in the button's own words. Where a browser lets no page copy, there is no button.
  const offerCopies = () => {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  };
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(byId(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
    say(button.dataset.done, false);
  });
  document.addEventListener("htmx:after:swap", offerCopies);
  offerCopies();

  // Which day it is depends on where the visitor is. The cookie ends with the browser's session.
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  document.cookie = `wizard_timezone=${timeZone};path=/;samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;

  // Before the scripts were there, nobody heard that Back or Forward had changed the address alone.
  const withoutHash = (address) => address.split("#")[0];
  const [loaded] = performance.getEntriesByType("navigation");
  if (loaded && loaded.type !== "reload" && withoutHash(loaded.name) !== withoutHash(location.href)) location.reload();

  // A page that the browser had frozen may hold answers that have been cleared since.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // A link from the summary names the field to change.
  const named = location.hash.length > 1 && byId(location.hash.slice(1));
  if (named && named.closest("form")) named.focus();
})();
