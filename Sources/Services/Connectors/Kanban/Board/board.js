"use strict";
(() => {
  const COLUMNS = ["todo", "doing", "done"];
  const TITLE_MAX = 200;
  const NOTES_MAX = 2000;
  const PAGE = 200;
  const ANSWER_MILLISECONDS = 60000;

  // MARK: words

  const WORDS = {
    en: {
      board: "Board", todo: "To do", doing: "Doing", done: "Done",
      loading: "Loading the board…", refresh: "Load again", dismiss: "Close", empty: "No cards yet.",
      open: "Add a card", title: "Title", notes: "Notes (optional)", add: "Add", cancel: "Cancel",
      remove: "Remove", keep: "Keep", more: "More", less: "Less",
      summary: (n) => (n === 1 ? "1 card" : `${n} cards`),
      openIn: (column) => `Add a card to ${column}`,
      actions: (title) => `Actions for “${title}”`,
      moveTo: (title, column) => `Move “${title}” to ${column}`,
      moveUp: (title) => `Move “${title}” up`,
      moveDown: (title) => `Move “${title}” down`,
      removeCard: (title) => `Remove “${title}”`,
      moreOf: (title) => `More of “${title}”`,
      lessOf: (title) => `Less of “${title}”`,
      confirm: (title) => `Remove “${title}” for good?`,
      titleMissing: "Give the card a title.",
      titleLong: `A title has at most ${TITLE_MAX} characters.`,
      notesLong: `Notes have at most ${NOTES_MAX} characters.`,
      loaded: (n) => (n === 1 ? "The board has 1 card." : `The board has ${n} cards.`),
      added: (title, column) => `Added “${title}” to ${column}.`,
      moved: (title, column, position) => `Moved “${title}” to ${column}, position ${position}.`,
      removed: (title) => `Removed “${title}”.`,
      failed: (reason) => `That did not work: ${reason}`,
      cancelled: "The call was cancelled; this is the board as it stands.",
      noAnswer: "the host did not answer.",
      noHost: "This page shows a Kanban board inside an MCP client such as ChatGPT or Claude.",
    },
    de: {
      board: "Tafel", todo: "Zu tun", doing: "In Arbeit", done: "Erledigt",
      loading: "Die Tafel wird geladen …", refresh: "Neu laden", dismiss: "Schließen", empty: "Noch keine Karten.",
      open: "Karte hinzufügen", title: "Titel", notes: "Notizen (freiwillig)", add: "Hinzufügen", cancel: "Abbrechen",
      remove: "Entfernen", keep: "Behalten", more: "Mehr", less: "Weniger",
      summary: (n) => (n === 1 ? "1 Karte" : `${n} Karten`),
      openIn: (column) => `Karte zu „${column}“ hinzufügen`,
      actions: (title) => `Aktionen für „${title}“`,
      moveTo: (title, column) => `„${title}“ nach „${column}“ verschieben`,
      moveUp: (title) => `„${title}“ nach oben verschieben`,
      moveDown: (title) => `„${title}“ nach unten verschieben`,
      removeCard: (title) => `„${title}“ entfernen`,
      moreOf: (title) => `Mehr von „${title}“`,
      lessOf: (title) => `Weniger von „${title}“`,
      confirm: (title) => `„${title}“ endgültig entfernen?`,
      titleMissing: "Die Karte braucht einen Titel.",
      titleLong: `Ein Titel hat höchstens ${TITLE_MAX} Zeichen.`,
      notesLong: `Notizen haben höchstens ${NOTES_MAX} Zeichen.`,
      loaded: (n) => (n === 1 ? "Auf der Tafel ist 1 Karte." : `Auf der Tafel sind ${n} Karten.`),
      added: (title, column) => `„${title}“ zu „${column}“ hinzugefügt.`,
      moved: (title, column, position) => `„${title}“ nach „${column}“ verschoben, Platz ${position}.`,
      removed: (title) => `„${title}“ entfernt.`,
      failed: (reason) => `Das hat nicht geklappt: ${reason}`,
      cancelled: "Der Aufruf wurde abgebrochen; so sieht die Tafel jetzt aus.",
      noAnswer: "Der Host hat nicht geantwortet.",
      noHost: "Diese Seite zeigt eine Kanban-Tafel in einem MCP-Client wie ChatGPT oder Claude.",
    },
  };
  let words = WORDS.en;

  // MARK: state

  /** The cards in board order, or null before the first answer. */
  let cards = null;
  /** Which column's composer is open, which card asks for confirmation, which notes are open in full. */
  let composing = null;
  let confirming = null;
  const opened = new Set();
  let fresh = null;
  let dragged = null;
  let host = null;
  let loads = 0;

  const byID = (id) => document.getElementById(id);
  const page = {
    summary: byID("summary"), refresh: byID("refresh"), status: byID("status"), problem: byID("problem"),
    waiting: byID("waiting"), columns: byID("columns"), column: byID("column"), card: byID("card"),
  };
  const inColumn = (column) => cards.filter((card) => card.column === column);

  // MARK: the host, over MCP Apps (postMessage) or, where that is not answered, window.openai

  const pending = new Map();
  let lastID = 0;

  function post(message) {
    // The origin of a sandboxed host frame is not known to us; nothing that goes this way is secret from the host.
    window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  }

  function request(method, params, milliseconds = ANSWER_MILLISECONDS) {
    return new Promise((resolve, reject) => {
      const id = ++lastID;
      const timer = setTimeout(() => {
        pending.delete(id);
        reject(new Error(words.noAnswer));
      }, milliseconds);
      pending.set(id, { resolve, reject, timer });
      post({ id, method, params });
    });
  }

  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  function answered(message) {
    const waiter = pending.get(message.id);
    if (!waiter) return;
    pending.delete(message.id);
    clearTimeout(waiter.timer);
    if (isObject(message.error)) waiter.reject(new Error(String(message.error.message ?? words.noAnswer)));
    else waiter.resolve(message.result);
  }

  window.addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== window.parent || !isObject(message) || message.jsonrpc !== "2.0") return;
    if (typeof message.method !== "string") {
      answered(message);
      return;
    }
    const params = isObject(message.params) ? message.params : {};
    if (message.id !== undefined) {
      hostAsked(message.id, message.method);
      return;
    }
    switch (message.method) {
      case "ui/notifications/tool-result": showResult(params); break;
      case "ui/notifications/tool-cancelled": showProblem(words.cancelled); load(); break;
      case "ui/notifications/host-context-changed": applyContext(params); break;
      // tool-input says only what is being asked; the board waits for the result. Others are for later revisions.
      default: break;
    }
  });

  function hostAsked(id, method) {
    if (method === "ping") {
      post({ id, result: {} });
    } else if (method === "ui/resource-teardown") {
      sizes.disconnect();
      for (const waiter of pending.values()) clearTimeout(waiter.timer);
      pending.clear();
      post({ id, result: {} });
    } else {
      post({ id, error: { code: -32601, message: `This view does not know ${method}.` } });
    }
  }

  const mcpAppsHost = {
    callTool: (name, args) => request("tools/call", { name, arguments: args }),
    resized: (width, height) => post({ method: "ui/notifications/size-changed", params: { width, height } }),
  };

  const openAIHost = {
    callTool: (name, args) => window.openai.callTool(name, args),
    resized: (_, height) => window.openai.notifyIntrinsicHeight?.(height),
  };

  async function connect() {
    if (window.parent === window && !window.openai) {
      page.waiting.textContent = words.noHost;
      return;
    }
    const hasOpenAI = typeof window.openai?.callTool === "function";
    try {
      const answer = await request(
        "ui/initialize",
        {
          protocolVersion: "2026-01-26",
          appInfo: { name: "patchbay-kanban", title: "Kanban", version: "1" },
          appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
        },
        hasOpenAI ? 1500 : ANSWER_MILLISECONDS);
      host = mcpAppsHost;
      applyContext(isObject(answer?.hostContext) ? answer.hostContext : {});
      post({ method: "ui/notifications/initialized", params: {} });
    } catch (error) {
      if (!hasOpenAI) {
        showProblem(words.failed(error.message));
        return;
      }
      host = openAIHost;
      applyContext({ theme: window.openai.theme, locale: window.openai.locale });
      window.addEventListener("openai:set_globals", (event) => {
        const globals = event.detail?.globals ?? {};
        applyContext(globals);
        if (isObject(globals.toolOutput)) showResult({ structuredContent: globals.toolOutput });
      });
      if (isObject(window.openai.toolOutput)) showResult({ structuredContent: window.openai.toolOutput });
    }
    reportSize();
    // A host that opened the board without a call sends no result.
    setTimeout(() => { if (cards === null && loads === 0) load(); }, 1500);
  }

  // MARK: what the host says about itself

  function applyContext(context) {
    const root = document.documentElement;
    if (context.theme === "light" || context.theme === "dark") root.dataset.theme = context.theme;
    if (isObject(context.styles?.variables)) {
      for (const [name, value] of Object.entries(context.styles.variables)) {
        if (/^--[a-z0-9-]+$/.test(name) && typeof value === "string") root.style.setProperty(name, value);
      }
    }
    if (isObject(context.safeAreaInsets)) {
      for (const side of ["top", "right", "bottom", "left"]) {
        const inset = Number(context.safeAreaInsets[side]);
        if (inset > 0) document.body.style.setProperty(`padding-${side}`, `${inset + 14}px`);
      }
    }
    if (typeof context.locale === "string") speak(context.locale);
  }

  function speak(locale) {
    const language = /^de\b/i.test(locale) ? "de" : "en";
    words = WORDS[language];
    document.documentElement.lang = language;
    document.title = words.board;
    fill(document);
    if (cards !== null) render();
  }

  function fill(root) {
    for (const element of root.querySelectorAll("[data-words]")) element.textContent = words[element.dataset.words];
    for (const element of root.querySelectorAll("[data-label]")) label(element, words[element.dataset.label]);
  }

  function label(element, text) {
    element.setAttribute("aria-label", text);
    element.title = text;
  }

  let lastSize = "";

  function reportSize() {
    if (!host) return;
    const { width, height } = document.body.getBoundingClientRect();
    const size = { width: Math.ceil(width), height: Math.ceil(height) };
    if (lastSize === `${size.width}x${size.height}`) return;
    lastSize = `${size.width}x${size.height}`;
    host.resized(size.width, size.height);
  }

  const sizes = new ResizeObserver(reportSize);
  sizes.observe(document.body);

  // MARK: tools

  function textOf(result) {
    const block = Array.isArray(result?.content) && result.content.find((item) => item?.type === "text");
    return block ? String(block.text) : "";
  }

  /** The structured content, or the JSON text that stands for it on the way through older revisions. */
  function structured(result) {
    if (isObject(result?.structuredContent)) return result.structuredContent;
    const texts = Array.isArray(result?.content) ? result.content.filter((item) => item?.type === "text") : [];
    for (const item of texts.reverse()) {
      try {
        const value = JSON.parse(item.text);
        if (isObject(value)) return value;
      } catch { /* a sentence */ }
    }
    return {};
  }

  async function call(name, args) {
    const result = await host.callTool(name, args);
    if (result?.isError) throw new Error(textOf(result) || words.noAnswer);
    return structured(result);
  }

  function showResult(result) {
    if (result.isError) showProblem(textOf(result));
    const board = structured(result);
    const isWhole = Array.isArray(board.cards) && board.column === undefined && !board.offset && !board.nextOffset;
    if (isWhole) {
      loads++;
      show(board.cards);
    } else {
      load();
    }
  }

  /** Reads the whole board, page by page; only the latest of several loads is shown. */
  async function load(sentence) {
    const number = ++loads;
    page.refresh.disabled = true;
    try {
      const found = new Map();
      let offset = 0;
      do {
        const board = await call("list", { offset, limit: PAGE });
        for (const card of board.cards ?? []) found.set(card.id, card);
        offset = board.nextOffset > offset ? board.nextOffset : 0;
      } while (offset > 0);
      if (number === loads) show([...found.values()], sentence);
    } catch (error) {
      if (number === loads) {
        showProblem(words.failed(error.message));
        if (cards !== null) render();
      }
    } finally {
      if (number === loads) page.refresh.disabled = false;
    }
  }

  function show(found, sentence) {
    const isCard = (card) => isObject(card) && typeof card.id === "string" && COLUMNS.includes(card.column);
    cards = found.filter(isCard).sort((a, b) => a.position - b.position);
    say(sentence ?? words.loaded(cards.length));
    render();
  }

  async function change(name, args, sentence) {
    showProblem("");
    try {
      const answer = await call(name, args);
      fresh = answer.card?.id ?? null;
      await load(sentence(answer.card ?? answer.removed ?? {}));
      return true;
    } catch (error) {
      showProblem(words.failed(error.message));
      await load();
      return false;
    }
  }

  /** Shows the move at once; the answer, or the board as it is after a refusal, replaces it. */
  function move(card, column, position) {
    const others = cards.filter((other) => other !== card);
    const target = others.filter((other) => other.column === column);
    target.splice(position - 1, 0, { ...card, column });
    const numbered = target.map((other, index) => ({ ...other, position: index + 1 }));
    cards = [...others.filter((other) => other.column !== column), ...numbered];
    render();
    change("move", { id: card.id, column, position }, (moved) =>
      words.moved(card.title, words[moved.column ?? column], moved.position ?? position));
  }

  function say(sentence) {
    page.status.textContent = sentence;
  }

  function showProblem(sentence) {
    page.problem.hidden = sentence === "";
    page.problem.querySelector("p").textContent = sentence;
  }

  // MARK: drawing; text of cards only ever goes through textContent and attributes

  function render() {
    const focus = whereFocusIs();
    page.waiting.hidden = true;
    page.columns.hidden = false;
    page.summary.textContent = words.summary(cards.length);
    if (page.columns.childElementCount === 0) page.columns.append(...COLUMNS.map(makeColumn));
    for (const section of page.columns.children) renderColumn(section);
    fresh = null;
    restoreFocus(focus);
    reportSize();
  }

  function makeColumn(column) {
    const section = page.column.content.firstElementChild.cloneNode(true);
    section.dataset.column = column;
    section.querySelector("h2").id = `name-${column}`;
    section.setAttribute("aria-labelledby", `name-${column}`);
    wireComposer(section, column);
    wireDrop(section, column);
    return section;
  }

  function renderColumn(section) {
    const column = section.dataset.column;
    const own = inColumn(column);
    fill(section);
    section.querySelector(".name").textContent = words[column];
    section.querySelector(".count").textContent = String(own.length);
    section.querySelector(".cards").replaceChildren(...own.map((card, index) => makeCard(card, index, own.length)));
    section.querySelector(".cards").hidden = own.length === 0;
    section.querySelector(".empty").hidden = own.length > 0 || composing === column;
    const open = section.querySelector(".open");
    label(open, words.openIn(words[column]));
    open.hidden = composing === column;
    section.querySelector(".composer").hidden = composing !== column;
    section.querySelector(".composer").setAttribute("aria-label", words.openIn(words[column]));
    for (const notes of section.querySelectorAll(".card .notes")) offerMore(notes);
  }

  function makeCard(card, index, count) {
    const item = page.card.content.firstElementChild.cloneNode(true);
    fill(item);
    item.dataset.id = card.id;
    item.classList.toggle("fresh", card.id === fresh);
    item.classList.toggle("opened", opened.has(card.id));
    item.querySelector(".title").textContent = card.title;
    const notes = item.querySelector(".notes");
    notes.textContent = card.notes ?? "";
    notes.hidden = !card.notes;
    item.querySelector(".actions").setAttribute("aria-label", words.actions(card.title));
    const place = COLUMNS.indexOf(card.column);
    wire(item, "left", place > 0, words.moveTo(card.title, words[COLUMNS[place - 1]]),
      () => move(card, COLUMNS[place - 1], inColumn(COLUMNS[place - 1]).length + 1));
    wire(item, "right", place < 2, words.moveTo(card.title, words[COLUMNS[place + 1]]),
      () => move(card, COLUMNS[place + 1], inColumn(COLUMNS[place + 1]).length + 1));
    wire(item, "up", index > 0, words.moveUp(card.title), () => move(card, card.column, index));
    wire(item, "down", index < count - 1, words.moveDown(card.title), () => move(card, card.column, index + 2));
    wire(item, "remove", true, words.removeCard(card.title), () => ask(card.id));
    wireConfirm(item, card);
    wireDrag(item, card);
    return item;
  }

  function wire(item, action, isPossible, text, act) {
    const button = item.querySelector(`[data-action="${action}"]`);
    button.disabled = !isPossible;
    if (isPossible) label(button, text);
    else button.setAttribute("aria-hidden", "true");
    button.addEventListener("click", act);
  }

  function offerMore(notes) {
    const item = notes.closest(".card");
    const button = item.querySelector('[data-action="more"]');
    const isOpen = item.classList.contains("opened");
    const title = item.querySelector(".title").textContent;
    button.hidden = !isOpen && notes.scrollHeight <= notes.clientHeight + 1;
    button.textContent = isOpen ? words.less : words.more;
    button.setAttribute("aria-expanded", String(isOpen));
    button.setAttribute("aria-label", isOpen ? words.lessOf(title) : words.moreOf(title));
    button.onclick = () => {
      if (isOpen) opened.delete(item.dataset.id);
      else opened.add(item.dataset.id);
      render();
    };
  }

  // MARK: removing, after a question on the card itself (a sandbox has no confirm())

  function ask(id) {
    confirming = id;
    render();
    page.columns.querySelector('.confirm:not([hidden]) [data-action="keep"]')?.focus();
  }

  function wireConfirm(item, card) {
    const isAsking = confirming === card.id;
    const question = item.querySelector(".confirm");
    question.hidden = !isAsking;
    item.querySelector(".actions").hidden = isAsking;
    question.querySelector("p").textContent = words.confirm(card.title);
    question.setAttribute("aria-label", words.confirm(card.title));
    question.querySelector('[data-action="confirm"]').addEventListener("click", () => {
      confirming = null;
      const neighbours = inColumn(card.column);
      const next = neighbours[neighbours.indexOf(card) + 1] ?? neighbours[neighbours.indexOf(card) - 1];
      cards = cards.filter((other) => other !== card);
      render();
      focusOn(next?.id, "remove", card.column);
      change("remove", { id: card.id }, () => words.removed(card.title));
    });
    const keep = () => {
      confirming = null;
      render();
      focusOn(card.id, "remove", card.column);
    };
    question.querySelector('[data-action="keep"]').addEventListener("click", keep);
    question.addEventListener("keydown", (event) => { if (event.key === "Escape") keep(); });
  }

  // MARK: adding; no form element, because a sandbox without allow-forms swallows its submit event

  function wireComposer(section, column) {
    const composer = section.querySelector(".composer");
    const title = composer.querySelector(".title");
    const notes = composer.querySelector(".notes");
    const hint = composer.querySelector(".hint");
    const close = () => {
      composing = null;
      title.value = "";
      notes.value = "";
      complain("");
      render();
      section.querySelector(".open").focus();
    };
    const complain = (sentence, field) => {
      hint.hidden = sentence === "";
      hint.textContent = sentence;
      hint.id = `hint-${column}`;
      for (const each of [title, notes]) {
        if (each === field) {
          each.setAttribute("aria-invalid", "true");
          each.setAttribute("aria-describedby", hint.id);
        } else {
          each.removeAttribute("aria-invalid");
          each.removeAttribute("aria-describedby");
        }
      }
      field?.focus();
      reportSize();
    };
    const add = async () => {
      const text = title.value.trim();
      if (text === "") return complain(words.titleMissing, title);
      if ([...text].length > TITLE_MAX) return complain(words.titleLong, title);
      if ([...notes.value.trim()].length > NOTES_MAX) return complain(words.notesLong, notes);
      complain("");
      const args = { title: text, column };
      if (notes.value.trim() !== "") args.notes = notes.value.trim();
      title.focus();
      const isAdded = await change("add", args, (card) => words.added(card.title ?? text, words[column]));
      if (isAdded && title.value.trim() === text) {
        title.value = "";
        notes.value = "";
      }
    };
    section.querySelector(".open").addEventListener("click", () => {
      composing = column;
      render();
      title.focus();
    });
    composer.querySelector(".add").addEventListener("click", add);
    composer.querySelector(".cancel").addEventListener("click", close);
    composer.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") close();
      const isDone = event.target === title || event.ctrlKey || event.metaKey;
      if (event.key === "Enter" && isDone && event.target.tagName !== "BUTTON") {
        event.preventDefault();
        add();
      }
    });
  }

  // MARK: dragging; the buttons do the same for the keyboard and for touch

  function wireDrag(item, card) {
    item.addEventListener("dragstart", (event) => {
      dragged = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.title);
      item.classList.add("dragged");
    });
    item.addEventListener("dragend", () => {
      dragged = null;
      item.classList.remove("dragged");
      clearPlace();
    });
  }

  function wireDrop(section, column) {
    const list = section.querySelector(".cards");
    section.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
      clearPlace();
      section.classList.add("target");
      list.hidden = false;
      list.insertBefore(makePlace(), cardBelow(list, event.clientY));
    });
    section.addEventListener("dragleave", (event) => {
      if (!section.contains(event.relatedTarget)) clearPlace();
    });
    section.addEventListener("drop", (event) => {
      if (!dragged) return;
      event.preventDefault();
      const card = dragged;
      const above = [...list.querySelectorAll(".card:not(.dragged)")];
      const below = cardBelow(list, event.clientY);
      const position = below ? above.indexOf(below) + 1 : above.length + 1;
      dragged = null;
      clearPlace();
      if (card.column !== column || card.position !== position) move(card, column, position);
    });
  }

  function cardBelow(list, y) {
    return [...list.querySelectorAll(".card:not(.dragged)")].find((item) => {
      const box = item.getBoundingClientRect();
      return y < box.top + box.height / 2;
    }) ?? null;
  }

  function makePlace() {
    const place = document.createElement("li");
    place.className = "place";
    place.setAttribute("aria-hidden", "true");
    return place;
  }

  function clearPlace() {
    for (const place of page.columns.querySelectorAll(".place")) place.remove();
    for (const section of page.columns.querySelectorAll(".target")) section.classList.remove("target");
  }

  // MARK: focus survives that cards are drawn anew

  function whereFocusIs() {
    const element = document.activeElement;
    const item = element?.closest?.(".card");
    return item ? { id: item.dataset.id, action: element.dataset.action } : null;
  }

  function restoreFocus(focus) {
    if (focus) focusOn(focus.id, focus.action, null);
  }

  function focusOn(id, action, column) {
    const item = [...page.columns.querySelectorAll(".card")].find((each) => each.dataset.id === id);
    const button = item?.querySelector(`[data-action="${action}"]:not(:disabled)`);
    const isSeen = (element) => element && element.offsetParent !== null;
    const others = item ? [...item.querySelectorAll(".actions button:not(:disabled)")].filter(isSeen) : [];
    const open = page.columns.querySelector(`[data-column="${column}"] .open`);
    (isSeen(button) ? button : others[0] ?? open)?.focus();
  }

  // MARK: start

  page.refresh.addEventListener("click", () => { showProblem(""); load(); });
  page.problem.querySelector("button").addEventListener("click", () => showProblem(""));
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  document.documentElement.dataset.theme = prefersDark.matches ? "dark" : "light";
  speak(navigator.language);
  connect();
})();
