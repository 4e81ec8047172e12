// Everything works without this script; with it, some things take one step less.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const byId = (id) => document.getElementById(id);

  /** Tells screen readers what happened, without moving the focus. */
  const say = (text) => {
    const region = one("[data-said]");
    if (region) region.textContent = text;
  };

  // Copy

  let copiedSecret = false;

  const textOf = (element) => ("value" in element ? element.value : element.textContent);

  const select = (element) => {
    if (element.select) return element.select();
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  const copy = async (button, text, name, source) => {
    const word = one("[data-word]", button);
    const usual = button.dataset.usual ?? (button.dataset.usual = word?.textContent ?? "");
    let told = "Copied";
    try {
      await navigator.clipboard.writeText(text);
      button.classList.add("copied");
      say(`${name} copied`);
    } catch {
      if (source) {
        source.focus();
        select(source);
      }
      told = "Press Ctrl+C";
      say(source ? `${name} is selected. Press Ctrl+C to copy it.` : `${name} could not be copied.`);
    }
    if (word) word.textContent = told;
    clearTimeout(button.timer);
    button.timer = setTimeout(() => {
      button.classList.remove("copied");
      if (word) word.textContent = usual;
    }, 4000);
    return told === "Copied";
  };

  for (const button of all("[data-copy]")) {
    const source = byId(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copy(button, textOf(source), button.dataset.name, source);
      if (done && "once" in source.dataset) copiedSecret = true;
    });
  }
  const wakeRows = (root) => {
    for (const button of all("[data-copy-text]", root)) {
      button.hidden = false;
      button.addEventListener("click", () => copy(button, button.dataset.copyText, button.dataset.name));
    }
  };
  wakeRows(document);
  for (const field of all("[data-select]")) field.addEventListener("focus", () => field.select());

  // The window that shows a secret once

  const envLines = (group) => {
    const [id, secret] = group.dataset.env.split(" ").map((name) => byId(name).value);
    return `PORTCULLIS_CLIENT_ID=${id}\nPORTCULLIS_CLIENT_SECRET=${secret}\n`;
  };
  for (const group of all("[data-env]")) {
    group.hidden = false;
    const copyButton = one("[data-env-copy]", group);
    copyButton.addEventListener("click", async () => {
      if (await copy(copyButton, envLines(group), "Client Id and Client Secret")) copiedSecret = true;
    });
    one("[data-env-download]", group).addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([envLines(group)], { type: "application/octet-stream" }));
      link.download = "portcullis.env"; // browsers do not keep a name that begins with a dot
      link.click();
      URL.revokeObjectURL(link.href);
      copiedSecret = true;
      say(".env downloaded");
    });
  }

  const once = one("[data-once]");
  const unsaved = one("[data-unsaved]");
  if (once && unsaved) {
    const close = one("[data-close]");
    const leave = () => {
      copiedSecret = true;
      location.assign(close.href);
    };
    close.addEventListener("click", (event) => {
      if (copiedSecret) return;
      event.preventDefault();
      unsaved.showModal();
    });
    one("[data-stay]", unsaved).addEventListener("click", () => unsaved.close());
    one("[data-close-anyway]", unsaved).addEventListener("click", () => (copiedSecret = true));
    const copyAndClose = one("[data-copy-and-close]", unsaved);
    copyAndClose.addEventListener("click", async () => {
      if (await copy(copyAndClose, once.value, "Client Secret")) leave();
      else unsaved.close();
    });
    once.addEventListener("copy", () => (copiedSecret = true));
    addEventListener("beforeunload", (event) => {
      if (!copiedSecret) event.preventDefault();
    });
    // Back and reload find a page that says that the secret was shown, and not the form that is to be sent again.
    history.replaceState(null, "", unsaved.dataset.shown);
    // A page that shows a secret must not come back from the browser's memory.
    addEventListener("pagehide", () => (once.value = ""));
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  const shownOnce = one("[data-shown-at]");
  if (shownOnce) history.replaceState(null, "", shownOnce.dataset.shownAt);

  // Get a token now

  const inWords = (seconds) => {
    const [size, word] = seconds % 3600 === 0 ? [3600, "hour"] : seconds % 60 === 0 ? [60, "minute"] : [1, "second"];
    const count = seconds / size;
    return `${count} ${word}${count === 1 ? "" : "s"}`;
  };
  const claimsOf = (token) => {
    const bytes = Uint8Array.from(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  };
  const line = (parent, tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  for (const button of all("[data-token]")) {
    const result = one("[data-token-result]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      result.replaceChildren();
      const credentials = ["client_id", "client_secret"].map((name) => encodeURIComponent(byId(name).value)).join(":");
      const start = performance.now();
      try {
        const answer = await fetch(button.dataset.token, {
          method: "POST",
          credentials: "omit",
          headers: { authorization: `Basic ${btoa(credentials)}` },
          body: new URLSearchParams({ grant_type: "client_credentials" }),
        });
        const took = Math.max(1, Math.round(performance.now() - start));
        const body = await answer.json();
        if (!answer.ok) {
          line(result, "p", `${answer.status} in ${took} ms: ${body.error_description ?? body.error}`).className = "bad";
          return;
        }
        line(result, "p", `✓ ${answer.status} in ${took} ms · a token that expires in ${inWords(body.expires_in)}`).className = "good";
        const shown = line(result, "pre", JSON.stringify(claimsOf(body.access_token), null, 2));
        shown.tabIndex = 0;
      } catch (error) {
        line(result, "p", `No answer from the token endpoint: ${error.message}`).className = "bad";
      }
    });
  }

  // Forms

  for (const button of all("[data-show]")) {
    const field = byId(button.dataset.show);
    button.hidden = false;
    button.addEventListener("click", () => {
      const show = field.type === "password";
      field.type = show ? "text" : "password";
      button.setAttribute("aria-pressed", show);
      button.firstChild.textContent = show ? "Hide" : "Show";
    });
    field.form?.addEventListener("submit", () => (field.type = "password"));
  }
  for (const note of all("[data-caps]")) {
    byId(note.dataset.caps).addEventListener("keyup", (event) => {
      const on = event.getModifierState?.("CapsLock");
      if (on !== undefined) note.textContent = on ? "Caps Lock is on." : "";
    });
  }
  for (const group of all("[data-presets]")) {
    group.hidden = false;
    group.addEventListener("click", (event) => {
      const value = event.target.closest("[data-value]")?.dataset.value;
      if (!value) return;
      byId(group.dataset.presets).value = value;
      const never = byId("never_expires");
      if (never) never.checked = false;
    });
  }
  for (const unit of all("[data-unit]")) {
    byId(unit.dataset.unit).addEventListener("input", (event) => {
      const text = event.target.value.trim();
      const seconds = Number(text);
      unit.textContent = /^\d+$/.test(text) && seconds > 0 ? `= ${inWords(seconds)}` : "";
    });
  }
  for (const form of all("[data-guard]")) {
    let changed = false;
    form.addEventListener("input", () => (changed = true));
    form.addEventListener("submit", () => (changed = false));
    for (const link of all("a", form)) link.addEventListener("click", () => (changed = false));
    addEventListener("beforeunload", (event) => changed && event.preventDefault());
  }
  // A second press of the same button sends nothing more; the server would refuse it anyway.
  for (const form of all("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "true";
      setTimeout(() => delete form.dataset.sent, 5000);
    });
  }
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // What is typed into a form outlives the session, in this tab, for the same person, and without what is secret.

  const KEPT = "portcullis-form";
  const { who, idle } = document.body.dataset;
  const fieldsOf = (form) => [...form.elements].filter(({ name, type }) => name && !["password", "file", "submit", "button", "fieldset"].includes(type) && !["csrf", "nonce", "version"].includes(name));
  const ticks = ({ type }) => type === "checkbox" || type === "radio";
  const where = (address) => new URL(address, location).pathname;
  const formsKept = who ? all("form[data-guard]") : [];
  // A browser may give no room; then nothing is kept.
  const room = (use) => {
    try {
      return use(sessionStorage);
    } catch {
      return undefined;
    }
  };
  const memory = room((kept) => JSON.parse(kept.getItem(KEPT)));
  const tell = (mark, text, button) => {
    const notice = document.createElement("div");
    notice.className = `notice ${mark}`;
    line(notice, "p", text);
    if (button) notice.append(button);
    const box = document.createElement("div");
    box.className = "notices";
    box.append(notice);
    one("main").prepend(box);
    say(text);
    return box;
  };
  if (who) room((kept) => kept.removeItem(KEPT));
  else if (memory) {
    for (const note of all("[data-ended]")) {
      note.hidden = false;
      room((kept) => kept.setItem(KEPT, JSON.stringify({ ...memory, over: true })));
    }
  }
  for (const form of formsKept) {
    const action = where(form.getAttribute("action"));
    if (memory?.over && memory.who === who && memory.action === action) {
      const left = [...memory.fields];
      for (const field of fieldsOf(form)) {
        const at = left.findIndex(([name, value]) => name === field.name && (!ticks(field) || value === field.value));
        if (at < 0 || field.type === "hidden" || field.disabled) continue;
        const [[, value, checked]] = left.splice(at, 1);
        if (ticks(field)) field.checked = checked ?? true;
        else field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      tell("good", "What you typed is here again. Look it over and send it once more.");
    }
    // A form that was answered with its mistakes stands where it cannot be asked for.
    if (form.dataset.address) history.replaceState(null, "", form.dataset.address);
    form.addEventListener("submit", () => {
      const fields = fieldsOf(form).map((field) => [field.name, field.value, ticks(field) ? field.checked : null]);
      room((kept) => kept.setItem(KEPT, JSON.stringify({ who, action, fields })));
    });
  }
  // Two minutes before the session ends, one can stay. What is remembered of the last use is up to a minute older.
  if (idle > 240) {
    const warn = () => {
      const stay = document.createElement("button");
      stay.type = "button";
      stay.className = "button";
      stay.textContent = "Stay signed in";
      const box = tell("warning", "Your session ends in 2 minutes.", stay);
      stay.addEventListener("click", async () => {
        const answer = await fetch("/portal/menu").catch(() => undefined);
        if (!answer?.ok || answer.redirected) return location.reload();
        box.remove();
        say("You stay signed in.");
        setTimeout(warn, (idle - 180) * 1000);
      });
    };
    setTimeout(warn, (idle - 180) * 1000);
  }

  // Lists follow the filter while one types; the address follows too, so the view can be shared.
  const wakeFilter = (form, root = document) => {
    const results = one("[data-results]", root);
    const show = async () => {
      const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
      const address = `${form.action}?${asked}`;
      const answer = await fetch(address).catch(() => undefined);
      if (!answer?.ok || answer.redirected) return location.assign(address);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      results.replaceChildren(...one("[data-results]", page).childNodes);
      wakeRows(results);
      if (root === document) history.replaceState(null, "", address);
      say(one(".hits", results).textContent);
    };
    for (const list of all("[data-submit]", form)) list.addEventListener("change", () => form.requestSubmit());
    let timer;
    one("input[type=search]", form)?.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, 300);
    });
    form.addEventListener("formdata", (event) => {
      for (const name of [...event.formData.keys()]) if (!event.formData.get(name)) event.formData.delete(name);
    });
  };
  for (const form of all("[data-filter]")) wakeFilter(form);
  // The server looks at each line of a list of URLs, while one types them as when they are sent.
  for (const list of all("[data-urls]")) {
    const field = byId(list.dataset.urls);
    const look = async () => {
      const text = field.value;
      const body = new URLSearchParams({ csrf: field.form.elements.csrf.value, [field.name]: text });
      const answer = await fetch("/portal/clients/new/urls", { method: "POST", body }).catch(() => undefined);
      if (!answer?.ok || answer.redirected || text !== field.value) return;
      list.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    };
    let timer;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, 400);
    });
    field.addEventListener("change", async () => {
      clearTimeout(timer);
      await look();
      say(one("[data-summary]", list)?.textContent ?? "");
    });
  }
  // A window begins at what is wrong, else at its first field, else at its heading; Escape leaves it as Cancel or Close does.
  const opened = one(".window");
  const begin = () => {
    const heading = one("h1", opened);
    heading.tabIndex = -1;
    return one("form :is(input:not([type=hidden], [hidden], :disabled), select, textarea)", opened) ?? heading;
  };
  (one("[data-focus], [autofocus]") ?? (opened && begin()))?.focus();
  document.addEventListener("keydown", (event) => {
    const way = event.key === "Escape" && opened && one("[data-close], [data-cancel]", opened);
    if (!way || event.defaultPrevented || event.isComposing || one("dialog[open], :popover-open")) return;
    event.preventDefault(); // or the question that Close may ask would be closed by the same key
    if (way.matches("[data-close]")) way.click();
    else location.assign(way.href);
  });
  // An address that was typed to sign in need not be typed again.
  one("[data-forgot]")?.addEventListener("click", ({ currentTarget: link }) => {
    const address = new URL(link.href);
    if (byId("email").value) address.searchParams.set("email", byId("email").value);
    link.href = address;
  });

  // What an app does shows up while one watches, for ten minutes; then a person has to say that it still matters.

  for (const live of all("[data-live]")) {
    const pause = one("[data-pause]");
    let paused = false;
    let until = Date.now() + 600_000;
    const hold = (yes) => {
      paused = yes;
      pause.setAttribute("aria-pressed", yes);
      pause.textContent = yes ? "Continue" : "Pause";
      if (!yes) until = Date.now() + 600_000;
    };
    pause.hidden = false;
    pause.addEventListener("click", () => hold(!paused));
    setInterval(async () => {
      if (paused || document.hidden) return;
      if (Date.now() > until) return hold(true);
      const answer = await fetch(live.dataset.live).catch(() => undefined);
      if (!answer?.ok || answer.redirected) return hold(true);
      const html = await answer.text();
      if (html === live.last) return;
      live.last = html;
      const before = one("[data-standing]", live).textContent;
      live.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
      const now = one("[data-standing]", live).textContent;
      if (now !== before) say(now);
    }, 1000);
  }

  // Shell

  const remember = (name, value) => (document.cookie = `portcullis-${name}=${value}; path=/; max-age=31536000; samesite=lax`);
  for (const form of all("[data-themes]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      const theme = event.submitter.value;
      document.documentElement.dataset.theme = theme;
      remember("theme", theme);
      for (const button of all("button", form)) button.setAttribute("aria-pressed", button === event.submitter);
      delete form.dataset.sent;
    });
  }
  for (const link of all("[data-language]")) link.addEventListener("click", () => remember("language", link.dataset.language));
  one("[data-menu-button]")?.addEventListener("click", (event) => {
    if (!matchMedia("(min-width: 90rem)").matches) return;
    event.preventDefault();
    const root = document.documentElement;
    const rail = root.dataset.menu !== "rail";
    if (rail) root.dataset.menu = "rail";
    else delete root.dataset.menu;
    remember("menu", rail ? "rail" : "full");
    say(rail ? "Menu folded" : "Menu unfolded");
  });
  // The divider between a list and its pane: arrow keys and the mouse move it in steps.
  for (const divider of all("[data-divider]")) {
    const [least, most] = [Number(divider.ariaValueMin), Number(divider.ariaValueMax)];
    const show = (percent) => {
      const step = Math.min(most, Math.max(least, Math.round(percent / 5) * 5));
      document.documentElement.dataset.pane = step;
      divider.ariaValueNow = step;
      remember("pane", step);
    };
    divider.hidden = false;
    divider.addEventListener("keydown", (event) => {
      const now = Number(divider.ariaValueNow);
      const wanted = { ArrowLeft: now + 5, ArrowRight: now - 5, Home: most, End: least }[event.key];
      if (wanted === undefined) return;
      event.preventDefault();
      show(wanted);
    });
    const drag = (event) => {
      const { left, width } = divider.parentElement.getBoundingClientRect();
      show(((left + width - event.clientX) / width) * 100);
    };
    const hold = (event) => {
      divider.setPointerCapture(event.pointerId);
      divider.classList.add("held");
      divider.addEventListener("pointermove", drag);
    };
    const release = () => {
      divider.classList.remove("held");
      divider.removeEventListener("pointermove", drag);
    };
    divider.addEventListener("pointerdown", hold);
    divider.addEventListener("pointerup", release);
    divider.addEventListener("pointercancel", release);
  }
  for (const drop of all("[data-drop]")) {
    drop.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !drop.open) return;
      event.preventDefault();
      drop.open = false;
      one("summary", drop).focus();
    });
    document.addEventListener("click", (event) => drop.contains(event.target) || (drop.open = false));
    drop.addEventListener("focusout", (event) => event.relatedTarget && !drop.contains(event.relatedTarget) && (drop.open = false));
  }
  for (const button of all("[data-dismiss]")) {
    button.hidden = false;
    button.addEventListener("click", () => button.closest("[data-notice]").remove());
  }

  // Go to…: the page of that name, over the one that is open.
  const go = one("[data-go]");
  const openGo = async () => {
    if (one("dialog[open]")) return;
    const answer = await fetch(go.href).catch(() => undefined);
    const box = answer?.ok && one("[data-go-box]", new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (!box) return location.assign(go.href);
    const dialog = document.createElement("dialog");
    dialog.className = "dialog go";
    dialog.setAttribute("aria-label", "Go to");
    dialog.append(box);
    document.body.append(dialog);
    const form = one("form", box);
    wakeFilter(form, box);
    form.addEventListener("submit", (event) => {
      const first = one(".row-link", box);
      if (!first) return;
      event.preventDefault();
      first.click();
    });
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    const back = document.activeElement;
    dialog.addEventListener("close", () => back?.focus());
    dialog.showModal();
    one("input", box).focus();
  };
  if (go) {
    go.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      openGo();
    });
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      openGo();
    });
  }

  // Arrow keys move in a list of rows.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = step ? all(".row-link", one("dialog[open]") ?? document) : [];
    const at = rows.indexOf(event.target);
    if (at < 0 && !(step > 0 && event.target.matches?.("dialog [type=search]"))) return;
    event.preventDefault();
    rows[at + step]?.focus();
  });
})();
