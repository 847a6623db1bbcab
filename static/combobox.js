// A select into which one can type, after the pattern "editable combobox with list autocomplete" of the ARIA Authoring
// Practices. The select stays what is sent, and holds at every moment what the box says: a choice, or a text that is none,
// as an option of its own, whose value is the text in quotation marks. The server refuses it, and shows it again.
const MOVED = ["aria-describedby", "aria-invalid", "aria-label", "aria-labelledby", "autocomplete", "autofocus", "lang", "title"];
// An alias up to this long is typed whole: not every word that begins with "U" is meant by "UK".
const ABBREVIATION = 3;
// How long somebody who types has to pause before they are told how much is found.
const PAUSE = 400;

const boxes = () => document.querySelectorAll(".combobox");
const selectOf = (box) => box.parentElement.querySelector("select");
const boxOf = (select) => select.parentElement.querySelector(".combobox");
const panelOf = (box) => box.parentElement.querySelector(".found");
const itemsOf = (box) => [...panelOf(box).querySelectorAll('[role="option"]:not([aria-disabled])')];
const activeOf = (box) => panelOf(box).querySelector('[aria-selected="true"]');
const isOpen = (box) => !panelOf(box).hidden;
const isTyped = (option) => option.value.startsWith("“");

// What is found

// As it sounds, whatever the case, the accents and the points.
const folded = new Map();
const fold = (text) => {
  if (!folded.has(text)) folded.set(text, text.normalize("NFKD").replace(/[\p{M}.'’]/gu, "").toUpperCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim());
  return folded.get(text);
};

// The aliases stand in the page, or are fetched once somebody comes to the field. Without them, the labels are found.
const known = new Map();
const load = async ({ dataset: { combobox: source } }) => {
  if (!source || known.has(source)) return;
  known.set(source, {});
  try {
    known.set(source, source.startsWith("{") ? JSON.parse(source) : await (await fetch(source)).json());
  } catch {
    known.delete(source);
    return;
  }
  for (const box of boxes()) if (isTyped(selectOf(box).selectedOptions[0])) (box === document.activeElement ? take : leave)(box);
};

// Each choice that a text may mean, the likeliest first, and how likely it is: 0 and 1 are those that are called that.
const find = (select, text) => {
  const sought = fold(text), words = sought.split(" "), aliases = known.get(select.dataset.combobox) ?? {};
  const begins = (name) => words.every((word) => ` ${fold(name)}`.includes(` ${word}`));
  return [...select.options].filter((option) => option.value && !option.hidden && !isTyped(option)).map((option) => {
    const { label } = option, names = aliases[option.value] ?? [], alias = names.find((name) => fold(name) === sought);
    if (!sought || fold(label) === sought) return { option, rank: 0 };
    if (alias) return { option, rank: 1, alias };
    if (fold(label).startsWith(sought)) return { option, rank: 2 };
    if (begins(label)) return { option, rank: 3 };
    const other = names.find((name) => name.length > ABBREVIATION && begins(name));
    return { option, rank: other ? 4 : 9, alias: other };
  }).filter(({ rank }) => rank < 9).sort((one, other) => one.rank - other.rank);
};

// The one choice that is called what the box says; with `isLeft`, also the only one that begins like that.
const meant = (box, isLeft) => {
  const select = selectOf(box), text = box.value.trim(), [chosen] = select.selectedOptions;
  if (!text) return [...select.options].find((option) => !option.value);
  if (chosen?.value && chosen.label === text && !isTyped(chosen)) return chosen;
  const [first, second] = find(select, text);
  const isSure = first && !first.option.disabled && (!second || (first.rank < 2 && second.rank > first.rank));
  return isSure && (isLeft || first.rank < 2) ? first.option : undefined;
};

// What is sent

// The value that was last told to who listens to the select: a check, fields that go by it.
const told = new WeakMap();
const put = (box, option) => {
  const select = selectOf(box), text = box.value.trim();
  for (const own of [...select.options].filter(isTyped)) own.remove();
  if (!option) select.add(option = new Option(text, text && `“${text}”`));
  option.selected = true;
  select.dispatchEvent(new Event("input", { bubbles: true }));
};
const tell = (box) => {
  const select = selectOf(box);
  if (told.get(select) === select.value) return;
  told.set(select, select.value);
  select.dispatchEvent(new Event("change", { bubbles: true }));
};
const choose = (box, option) => {
  box.value = option.value ? option.label : "";
  if (!option.selected) put(box, option);
  close(box);
  tell(box);
};
const take = (box) => { put(box, meant(box)); open(box, true); };
const leave = (box) => {
  const option = meant(box, true);
  if (option) choose(box, option);
  close(box);
  tell(box);
};
const show = (select) => {
  const box = boxOf(select), [option] = select.selectedOptions;
  // What is being typed is newer than the page that has come meanwhile.
  if (box === document.activeElement && box.value.trim() !== option?.label) put(box, meant(box));
  else box.value = option?.value ? option.label : "";
  box.disabled = select.disabled;
  told.set(select, select.value);
};

// What is seen

// What is said stands in the page, in its language.
const live = () => document.getElementById("live");
let saying;
const say = (text) => {
  clearTimeout(saying);
  saying = setTimeout(() => { Object.assign(live(), { className: "visually-hidden", textContent: text }); }, text ? PAUSE : 0);
};

const element = (name, attributes, ...content) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
};
const item = (box, { option, alias }) => element("div", {
  role: "option", id: `${box.id}-option-${option.index}`, "aria-selected": "false", "data-index": option.index,
  ...(option.disabled || option.parentElement.disabled ? { "aria-disabled": "true" } : {}),
}, option.label, ...(alias ? [element("span", {}, ` (${alias})`)] : []));

const activate = (box, item) => {
  activeOf(box)?.setAttribute("aria-selected", "false");
  box.removeAttribute("aria-activedescendant");
  if (!item) return;
  item.setAttribute("aria-selected", "true");
  item.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", item.id);
};
const open = (box, isTyping) => {
  const select = selectOf(box), panel = panelOf(box), [list, none] = panel.children, [chosen] = select.selectedOptions;
  // Whoever has chosen already wants to see the others.
  const isChosen = !isTyping && chosen?.value && !isTyped(chosen) && chosen.label === box.value;
  const found = find(select, isChosen ? "" : box.value), groups = new Map();
  // There is nothing to choose, and what comes below is not to be covered.
  if (isTyping && box.value && found.length === 1 && !found[0].rank) return close(box);
  for (const one of found) {
    const { label = "" } = one.option.parentElement;
    groups.set(label, [...(groups.get(label) ?? []), item(box, one)]);
  }
  list.replaceChildren(...[...groups].flatMap(([label, items]) =>
    label ? element("div", { role: "group", "aria-label": label }, element("p", { "aria-hidden": "true" }, label), ...items) : items));
  list.setAttribute("aria-label", box.labels[0]?.textContent ?? "");
  list.hidden = !found.length;
  none.hidden = Boolean(found.length);
  if (panel.hidden) {
    panel.hidden = false;
    panel.scrollIntoView({ block: "nearest" });
  }
  box.setAttribute("aria-expanded", String(found.length > 0));
  activate(box, isChosen && panel.querySelector(`[data-index="${chosen.index}"]`));
  say(found.length ? (live().dataset.found ?? "#").replace("#", found.length) : none.textContent);
};
const close = (box) => {
  if (!isOpen(box)) return;
  activate(box);
  panelOf(box).hidden = true;
  box.setAttribute("aria-expanded", "false");
  say("");
};

// What the visitor does

const on = (type, act, isFirst) => document.addEventListener(type, (event) => {
  if (event.target.matches?.(".combobox")) act(event.target, event);
}, isFirst);
on("focusin", (box) => load(selectOf(box)));
on("focusout", leave);
on("input", take);
// It is the select that changes.
on("change", (box, event) => { event.stopPropagation(); leave(box); }, true);
on("click", (box) => {
  if (isOpen(box)) return close(box);
  open(box);
  if (box.selectionStart === box.selectionEnd) box.select();
});
on("keydown", (box, event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], active = activeOf(box), items = itemsOf(box);
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  if (step) {
    event.preventDefault();
    if (event.altKey) return (step > 0 ? open : close)(box);
    if (isOpen(box)) return activate(box, items[(items.indexOf(active) + step + items.length + (!active && step < 0)) % items.length]);
    open(box);
    if (!activeOf(box)) activate(box, itemsOf(box).at(step > 0 ? 0 : -1));
  } else if (!isOpen(box)) return;
  else if (event.key === "Escape") {
    event.preventDefault();
    close(box);
  } else if (event.key === "Enter" && (active || (items.length && !meant(box)))) {
    // Enter sends the page once the box says what is meant.
    event.preventDefault();
    const only = active ?? (items.length === 1 && items[0]);
    if (only) choose(box, selectOf(box).options[only.dataset.index]);
    else activate(box, items[0]);
  } else if (event.key === "Tab" && active) choose(box, selectOf(box).options[active.dataset.index]);
  else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) activate(box);
});
// The box keeps the focus.
document.addEventListener("mousedown", (event) => { if (event.target.closest?.(".found")) event.preventDefault(); });
document.addEventListener("click", ({ target }) => {
  const item = target.closest?.('.found [role="option"]:not([aria-disabled])');
  if (!item) return;
  const box = item.closest(".select").querySelector(".combobox");
  choose(box, selectOf(box).options[item.dataset.index]);
});

// How it comes into the page, and with every page that htmx swaps in, before that: so a morph finds it on both sides.

const enhance = (select) => {
  if (select.hidden) return;
  const { id } = select, hadFocus = document.activeElement === select;
  const blank = [...select.options].find((option) => !option.value)?.label ?? "";
  const box = element("input", {
    id, class: `combobox ${select.className}`.trim(), type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
    ...(blank && { placeholder: blank }), "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`,
  });
  for (const name of MOVED) if (select.hasAttribute(name)) {
    box.setAttribute(name, select.getAttribute(name));
    select.removeAttribute(name);
  }
  Object.assign(select, { id: `${id}-select`, hidden: true });
  select.before(box);
  select.after(element("div", { class: "found", hidden: "" }, element("div", { id: `${id}-list`, role: "listbox" }), element("p", {}, live().dataset.none ?? "0")));
  show(select);
  if (hadFocus) box.focus();
};
const enhanceIn = (part) => { for (const select of part?.querySelectorAll("select[data-combobox]") ?? []) enhance(select); };
const showAll = () => { for (const box of boxes()) show(selectOf(box)); };

document.addEventListener("htmx:before:swap", ({ detail: { tasks } }) => { for (const { fragment } of tasks) enhanceIn(fragment); }, true);
document.addEventListener("htmx:after:swap", () => { enhanceIn(document); showAll(); });
// What the browser itself has filled in or brought back.
document.addEventListener("change", ({ target }) => { if (target.matches("select[data-combobox][hidden]")) show(target); });
addEventListener("pageshow", showAll);
document.head.append(element("link", { rel: "stylesheet", href: import.meta.url.replace(/\.js$/, ".css") }));
enhanceIn(document);
