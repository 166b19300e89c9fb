"use strict";
// The page reads without this. It adds search, order, and texts side by side. The text of articles is set as text,
// never as markup. The inside of a story stands in <noscript>, with all text escaped by the template: a browser that
// runs this takes it for one piece of text, and a page of thousands of stories opens at once.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  // Colours: those of the system unless others are chosen. A browser may forbid to keep the choice for files.
  const THEME = "samestory-theme";
  const paint = (theme) => { root.dataset.theme = theme; };
  try {
    const kept = all(".theme input").find((input) => input.value === localStorage.getItem(THEME));
    if (kept) {
      kept.checked = true;
      paint(kept.value);
    }
  } catch { /* not kept */ }
  one(".theme").addEventListener("change", (event) => {
    paint(event.target.value);
    try { localStorage.setItem(THEME, event.target.value); } catch { /* not kept */ }
  });

  // Search: every word must begin or stand somewhere in headlines, sources, terms and ids; accents and case do not count.
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const lists = [one("#several"), one("#alone")];
  let cards = lists.map((list) => [...list.children]);
  let index = null;
  const PART = /\bs"[^>]*>([^<]*)</g;
  const unescaped = (markup) => markup.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
  const words = (card) => {
    const folded = one("noscript", card);
    const parts = folded
      ? [...folded.textContent.matchAll(PART)].map(([, part]) => unescaped(part))
      : all(".s", card).map((part) => part.textContent);
    return plain(parts.join("\n"));
  };
  const build = () => {
    index ??= cards.map((list) => list.map((card) => [card, words(card)]));
    return index;
  };
  const found = one("#found");
  const everything = found.textContent;
  const number = (count, name, names) => `${count.toLocaleString("en")} ${count === 1 ? name : names}`;
  const search = one("#search");
  const find = () => {
    const wanted = plain(search.value).split(/\s+/).filter(Boolean);
    const counts = build().map((list) => {
      let count = 0;
      for (const [card, text] of list) {
        const hit = wanted.every((word) => text.includes(word));
        if (card.hidden === hit) card.hidden = !hit;
        count += hit;
      }
      return count;
    });
    found.textContent = wanted.length === 0 ? everything : counts[0] + counts[1] === 0
      ? "Nothing found. Try fewer or shorter words."
      : `Found: ${number(counts[0], "story", "stories")} of several articles, ${number(counts[1], "article that stands", "articles that stand")} alone`;
  };
  let waiting = 0;
  search.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(find);
  });
  search.addEventListener("focus", build, { once: true });

  // Order: the page comes with the largest first. Undated ones stay last.
  const UNDATED = -9223372036854775808;
  const orders = {
    size: (a, b) => b.size - a.size || b.newest - a.newest,
    newest: (a, b) => b.newest - a.newest,
    oldest: (a, b) => (a.newest === UNDATED) - (b.newest === UNDATED) || a.newest - b.newest,
  };
  one("#order").addEventListener("change", (event) => {
    lists.forEach((list, place) => {
      const keyed = cards[place].map((card) => ({ card, size: +card.dataset.size, newest: +card.dataset.newest }));
      list.append(...keyed.sort(orders[event.target.value]).map(({ card }) => card));
    });
  });

  // A story that is opened gets its comparison.
  const PLACE = ["a", "b", "relation", "scores", "shingles", "days", "sum", "parts", "terms", "hidden", "passages"];
  const PARTS = ["Shared words", "How close both are to everything", "Time between them", "A date is missing", "Issues of a recurring report", "What every pair begins with", "Your own similarity"];
  const signed = (hundredths) => (hundredths < 0 ? "−" : "+") + (Math.abs(hundredths) / 100).toFixed(2);
  const score = (thousandths) => (thousandths / 1000).toFixed(2);

  let stories = null;
  const dataOf = (story) => {
    stories ??= JSON.parse(one("#data").textContent);
    return stories[story.id.slice("story-".length) - 1];
  };

  const compare = (story) => {
    const data = dataOf(story);
    const pairs = new Map(data.pairs.map((pair) => {
      const named = Object.fromEntries(PLACE.map((name, place) => [name, pair[place]]));
      return [`${named.a} ${named.b}`, named];
    }));
    const pairOf = (a, b) => pairs.get(a < b ? `${a} ${b}` : `${b} ${a}`);
    const members = [];
    for (const node of all(".member", story)) {
      members[node.dataset.number - 1] = {
        node,
        source: one(".source", node)?.textContent,
        time: one("time", node)?.textContent,
        id: one(".id", node).textContent,
        title: one(".h", node).textContent,
        body: one(".t", node)?.textContent ?? "",
      };
    }
    const panel = one(".compare", story);
    panel.append(one("#pair").content.cloneNode(true));
    const [first, second] = [one(".a", panel), one(".b", panel)];
    const isolate = (text) => `\u2068${text}\u2069`;
    members.forEach((member, place) => {
      const label = `${place + 1} · ${isolate(member.source ?? member.id)} · ${isolate(member.title.slice(0, 80) || "no headline")}`;
      for (const select of [first, second]) {
        const option = element("option", label);
        option.value = place;
        select.append(option);
      }
    });
    const complete = pairs.size === members.length * (members.length - 1) / 2;
    one(".few", panel).hidden = complete;

    // What may be chosen beside the first.
    const allow = () => {
      const a = +first.value;
      for (const option of second.options) option.disabled = !pairOf(a, +option.value);
      if (second.selectedOptions[0]?.disabled ?? true) {
        second.value = [...second.options].find((option) => !option.disabled)?.value;
      }
    };

    // A text with its shared passages marked; spans may overlap in the second text.
    const marked = (node, text, spans, from) => {
      node.replaceChildren();
      let at = 0;
      for (const [start, end, passage] of spans) {
        const [left, right] = [Math.max(start - from, at, 0), Math.min(end - from, text.length)];
        if (left >= right) continue;
        node.append(text.slice(at, left));
        const mark = element("mark", text.slice(left, right));
        mark.dataset.passage = passage;
        node.append(mark);
        at = right;
      }
      node.append(text.slice(at));
    };

    const show = () => {
      allow();
      const [a, b] = [+first.value, +second.value];
      const pair = pairOf(a, b);
      const spans = [[], []];
      pair.passages.forEach((sides, passage) => sides.forEach((side, which) => {
        for (let place = 0; place < side.length; place += 2) spans[which].push([side[place], side[place + 1], passage]);
      }));
      if (a > b) spans.reverse();
      all(".side", panel).forEach((side, which) => {
        const member = members[which ? b : a];
        spans[which].sort((x, y) => x[0] - y[0] || y[1] - x[1]);
        one(".who", side).textContent = `${(which ? b : a) + 1} · ${isolate(member.source ?? member.id)}${member.time ? ` · ${member.time}` : ""}`;
        const title = one("h5", side);
        marked(title, member.title, spans[which], 0);
        if (!member.title) title.textContent = "No headline";
        marked(one(".t", side), member.body, spans[which], member.title.length);
      });
      const [same, cosine, jaccard, containment] = pair.scores;
      const texts = pair.passages.length + pair.hidden;
      const verdicts = [
        `The same text: ${Math.round(containment / 10)}% of the shorter one's phrases stand in the other, too.`,
        `The same event in other words, with a probability of ${score(same)}.`,
        `By themselves these two would not be enough (${score(same)}): the other articles hold them together.`,
      ];
      one(".verdict", panel).textContent = `${verdicts[pair.relation]} ${texts === 0 ? "No phrase of three words is shared." : `Shared passages: ${texts}${pair.passages.length ? ", marked below" : ""}.`}`;
      const beyond = one(".beyond", panel);
      beyond.hidden = pair.hidden === 0;
      beyond.textContent = `${number(pair.hidden, "shared passage is", "shared passages are")} not marked: in a part of the text that is not shown here, or beyond the 40 longest.`;
      const rows = PARTS.flatMap((name, place) => pair.parts[place] === 0 ? [] : [[
        name + (place === 0 ? ` (cosine ${score(cosine)})` : place === 2 ? ` (${(pair.days / 100).toFixed(1)} days)` : ""),
        pair.parts[place],
      ]]);
      const body = one(".parts tbody", panel);
      body.replaceChildren();
      for (const [name, value] of [...rows, [`Sum: a probability of ${score(same)}`, pair.sum]]) {
        const row = element("tr");
        const head = element("th", name);
        head.scope = "row";
        row.append(head, element("td", signed(value)));
        body.append(row);
      }
      one(".shared", panel).textContent = pair.terms.length === 0 ? "They share no word that tells anything."
        : `Heaviest shared words: ${pair.terms.map(([word, weight]) => `${isolate(data.words[word])} ${signed(weight)}`).join(", ")}.`;
      const [shared, smaller, larger] = pair.shingles;
      one(".text", panel).textContent = `Of ${smaller} and ${larger} windows of words ${shared} are shared: Jaccard ${score(jaccard)}, containment ${score(containment)}.`;
    };
    first.addEventListener("change", show);
    second.addEventListener("change", show);

    // A passage under the pointer shows its other half.
    const light = (event) => {
      const passage = event.target.dataset?.passage;
      for (const mark of all("mark", panel)) mark.classList.toggle("on", passage !== undefined && mark.dataset.passage === passage);
    };
    one(".sides", panel).addEventListener("pointerover", light);

    const choose = (a, b) => {
      if (a === b || !pairOf(a, b)) return false;
      first.value = a;
      allow();
      second.value = b;
      show();
      return true;
    };
    const start = [...pairs.values()].find((pair) => pair.relation > 0) ?? pairs.values().next().value;
    choose(start.a, start.b);

    // Two articles need no heat map.
    const heat = one(".heat", story);
    const numbers = one(".numbers", story);
    if (!heat) return;
    heat.addEventListener("click", (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(heat.getScreenCTM().inverse());
      if (choose(Math.floor(at.y), Math.floor(at.x))) panel.scrollIntoView({ block: "nearest" });
    });

    // The heat map as figures.
    numbers.addEventListener("toggle", () => {
      if (one("table", numbers)) return;
      const table = element("table");
      table.append(element("caption", "Probability that two articles report the same event, in percent"));
      const head = element("tr");
      head.append(element("td"));
      data.percents.forEach((_, place) => head.append(Object.assign(element("th", place + 1), { scope: "col" })));
      table.append(head);
      data.percents.forEach((row, a) => {
        const line = element("tr");
        line.append(Object.assign(element("th", a + 1), { scope: "row" }));
        data.percents.forEach((other, b) => line.append(element("td", a === b ? "–" : b < a ? row[b] : other[a])));
        table.append(line);
      });
      const frame = element("div");
      frame.tabIndex = 0;
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", "Heat map as a table");
      frame.append(table);
      numbers.append(frame);
    });
  };

  for (const fold of all(".fold")) {
    fold.addEventListener("toggle", () => {
      if (!fold.open || fold.dataset.ready) return;
      fold.dataset.ready = "yes";
      const folded = one("noscript", fold);
      const inside = document.createElement("template");
      inside.innerHTML = folded.textContent;
      folded.replaceWith(inside.content);
      compare(fold.parentElement);
    });
  }

  // A link to a story opens it.
  const follow = () => {
    const story = location.hash.startsWith("#story-") && document.getElementById(location.hash.slice(1));
    if (story) one(".fold", story).open = true;
  };
  addEventListener("hashchange", follow);
  follow();
})();
