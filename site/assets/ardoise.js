// What a page gains when scripts run: copy buttons, the theme switch, frames of a redrawn screen, and timelines that play.
// Everything is readable without this file; it shows its own controls and changes nothing until somebody uses them.
(function () {
  "use strict";

  var still = window.matchMedia("(prefers-reduced-motion: reduce)");

  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }

  // ---------- Copy ----------

  function copyText(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    return new Promise(function (resolve, reject) {
      // Pages from a file system have no clipboard of their own: the selection does.
      var field = document.createElement("textarea");
      field.value = text;
      field.setAttribute("readonly", "");
      field.className = "unseen";
      document.body.appendChild(field);
      field.select();
      var done = false;
      try { done = document.execCommand("copy"); } catch (error) { done = false; }
      field.remove();
      if (done) resolve(); else reject(new Error("copy"));
    });
  }

  all("button.copy").forEach(function (button) {
    button.hidden = false;
    var word = button.querySelector("span") || button;
    var label = word.textContent;
    button.addEventListener("click", function () {
      var code = button.parentElement.querySelector("pre code");
      var text = all("kbd.key", code).reduce(function (rest, key) {
        return rest.replace(key.textContent + " ", "");
      }, code.textContent);
      function say(message, done) {
        word.textContent = message;
        button.classList.toggle("done", done);
        window.setTimeout(function () { word.textContent = label; button.classList.remove("done"); button.focus(); }, 1600);
      }
      copyText(text).then(function () { say(button.dataset.copied, true); },
        function () { say(button.dataset.failed, false); });
    });
  });

  // ---------- Theme ----------

  all(".theme-toggle").forEach(function (button) {
    var root = document.documentElement;
    var order = ["", "light", "dark"];
    button.hidden = false;
    function label() {
      var now = root.dataset.theme || "";
      var name = now === "light" ? button.dataset.light : now === "dark" ? button.dataset.dark : button.dataset.automatic;
      button.querySelector(".unseen").textContent = button.dataset.label + " : " + name;
      button.title = button.dataset.label + " : " + name;
    }
    button.addEventListener("click", function () {
      var next = order[(order.indexOf(root.dataset.theme || "") + 1) % order.length];
      if (next) root.dataset.theme = next; else delete root.dataset.theme;
      try {
        if (next) localStorage.setItem("ardoise-theme", next); else localStorage.removeItem("ardoise-theme");
      } catch (error) { /* nothing is remembered */ }
      label();
    });
    label();
  });

  // ---------- Times in the gutter ----------

  all("button.times").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      button.textContent = shown ? button.dataset.hide : button.dataset.show;
      button.closest(".out").classList.toggle("no-times", !shown);
    });
  });

  // ---------- Frames ----------

  function Frames(box) {
    this.frames = all(".frame", box);
    this.caption = box.querySelector(".frame-caption");
    this.back = box.querySelector(".frame-back");
    this.forward = box.querySelector(".frame-forward");
    this.index = this.frames.length - 1;
    var self = this;
    [[this.back, -1], [this.forward, 1]].forEach(function (pair) {
      if (!pair[0]) return;
      pair[0].hidden = false;
      pair[0].addEventListener("click", function () { self.show(self.index + pair[1]); });
    });
    this.show(this.index);
  }
  Frames.prototype.show = function (index) {
    index = Math.max(0, Math.min(this.frames.length - 1, index));
    this.index = index;
    this.frames.forEach(function (frame, number) { frame.hidden = number !== index; });
    var frame = this.frames[index];
    if (frame) this.caption.textContent = frame.dataset.caption + " · " + frame.dataset.time;
    if (this.back) this.back.disabled = index === 0;
    if (this.forward) this.forward.disabled = index === this.frames.length - 1;
  };
  // The last picture that stood at this time.
  Frames.prototype.at = function (time) {
    var found = 0;
    this.frames.forEach(function (frame, number) { if (Number(frame.dataset.t) <= time) found = number; });
    if (found !== this.index) this.show(found);
  };

  // ---------- Timeline ----------

  // A wait longer than this takes as long as this, at normal speed.
  var longestWait = 2500;

  function Timeline(figure) {
    var self = this;
    this.figure = figure;
    this.scale = figure.dataset.scale.split(" ").map(function (pair) {
      var parts = pair.split(":");
      return [Number(parts[0]), Number(parts[1])];
    });
    this.end = Number(figure.dataset.end);
    this.decimal = figure.dataset.decimal;
    this.items = all(".tl-text li", figure);
    this.moments = this.items.map(function (item) { return Number(item.dataset.t); });
    this.veil = figure.querySelector(".tl-veil");
    this.head = figure.querySelector(".tl-head");
    this.range = figure.querySelector(".tl-range");
    this.play = figure.querySelector(".tl-play");
    this.speed = figure.querySelector("select");
    this.now = figure.querySelector(".tl-now");
    this.clock = figure.querySelector(".tl-clock");
    this.event = figure.querySelector(".tl-event");
    var block = figure.closest(".block");
    this.lines = all(".ln[data-t]", block);
    this.frames = all(".frames", block).map(function (box) { return box.frames; });
    this.time = this.end;
    this.playing = false;
    this.current = -2;

    figure.querySelector(".tl-controls").hidden = false;
    this.play.addEventListener("click", function () { self.toggle(); });
    figure.querySelector(".tl-back").addEventListener("click", function () { self.step(-1); });
    figure.querySelector(".tl-forward").addEventListener("click", function () { self.step(1); });
    this.range.addEventListener("input", function () {
      self.pause();
      self.seek(self.timeAt(Number(self.range.value) / 10));
      self.label();
    });
    // On the slider, arrows go from event to event: between two events nothing changes.
    this.range.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (step) { event.preventDefault(); self.step(step); }
      else if (event.key === "Home") { event.preventDefault(); self.pause(); self.seek(0); self.label(); }
      else if (event.key === "End") { event.preventDefault(); self.pause(); self.seek(self.end); self.label(); }
      else if (event.key === " ") { event.preventDefault(); self.toggle(); }
    });
    this.describe();
    this.label();
  }

  Timeline.prototype.position = function (time) {
    var scale = this.scale;
    for (var index = 1; index < scale.length; index += 1) {
      if (time <= scale[index][0]) {
        var a = scale[index - 1], b = scale[index];
        return a[1] + (time - a[0]) / (b[0] - a[0]) * (b[1] - a[1]);
      }
    }
    return 100;
  };

  Timeline.prototype.timeAt = function (position) {
    var scale = this.scale;
    for (var index = 1; index < scale.length; index += 1) {
      if (position <= scale[index][1]) {
        var a = scale[index - 1], b = scale[index];
        return a[0] + (position - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
      }
    }
    return this.end;
  };

  Timeline.prototype.format = function (time) {
    if (time >= 59950) {
      var seconds = Math.round(time / 1000);
      return "+" + Math.floor(seconds / 60) + "\u00a0min\u00a0" + ("0" + seconds % 60).slice(-2) + "\u00a0s";
    }
    return "+" + (Math.floor((time + 50) / 100) / 10).toFixed(1).replace(".", this.decimal) + "\u00a0s";
  };

  // The index of the last event at or before a time; -1 before the first.
  Timeline.prototype.eventAt = function (time) {
    var found = -1;
    this.moments.forEach(function (moment, index) { if (moment <= time + 0.5) found = index; });
    return found;
  };

  Timeline.prototype.seek = function (time) {
    this.time = Math.max(0, Math.min(this.end, time));
    var position = this.position(this.time);
    this.figure.classList.add("moved");
    this.now.hidden = false;
    this.veil.setAttribute("x", position + "%");
    this.veil.setAttribute("width", position < 100 ? 101 - position + "%" : "0");
    this.head.setAttribute("x1", position + "%");
    this.head.setAttribute("x2", position + "%");
    this.range.value = String(Math.round(position * 10));
    this.clock.textContent = this.format(this.time);
    var event = this.eventAt(this.time);
    if (event !== this.current) {
      this.current = event;
      this.mark(event);
    }
    this.describe();
  };

  // What the event changes outside the picture: the list, the lines of the output, the frames.
  Timeline.prototype.mark = function (event) {
    var time = this.time;
    var latest = -1;
    this.items.forEach(function (item, index) { item.classList.toggle("now", index === event); });
    this.lines.forEach(function (line) {
      var at = Number(line.dataset.t);
      line.classList.toggle("future", at > time + 0.5);
      if (at <= time + 0.5 && at > latest) latest = at;
    });
    this.lines.forEach(function (line) {
      line.classList.toggle("now", latest > 0 && Number(line.dataset.t) === latest && time < latest + 1500);
    });
    this.frames.forEach(function (frames) { if (frames) frames.at(time); });
    // While it plays, the picture moves and the words stay still: a screen reader would never catch up.
    if (!this.playing) this.say(event);
    this.event.textContent = this.playing ? this.event.textContent : this.sentence(event);
    if (this.playing) this.event.textContent = "";
  };

  Timeline.prototype.sentence = function (event) {
    var item = this.items[event];
    return item ? item.querySelector(".tl-sentence").textContent : "";
  };
  Timeline.prototype.say = function (event) { this.event.textContent = this.sentence(event); };

  Timeline.prototype.describe = function () {
    var event = this.eventAt(this.time);
    var item = this.items[event];
    this.range.setAttribute("aria-valuetext",
      item ? this.format(this.time) + ", " + item.dataset.counted + ", " + this.sentence(event) : this.format(this.time));
  };

  Timeline.prototype.label = function () {
    var button = this.play;
    button.textContent = this.playing ? button.dataset.pause
      : this.time >= this.end && this.figure.classList.contains("moved") ? button.dataset.replay : button.dataset.play;
    button.classList.toggle("playing", this.playing);
    this.figure.dataset.state = this.playing ? "playing" : this.time >= this.end ? "ended" : "paused";
  };

  Timeline.prototype.pause = function () {
    if (!this.playing) return;
    this.playing = false;
    this.say(this.eventAt(this.time));
    this.label();
  };

  Timeline.prototype.step = function (direction) {
    this.pause();
    var target = direction > 0 ? this.end : 0;
    var time = this.time;
    this.moments.forEach(function (moment) {
      if (direction > 0 && moment > time + 0.5 && moment < target) target = moment;
      if (direction < 0 && moment < time - 0.5 && moment > target) target = moment;
    });
    this.seek(target);
    this.lookAt();
    this.label();
  };

  // Keeps the marked line of the output in its own scrolling area in view.
  Timeline.prototype.lookAt = function () {
    var line = this.lines.filter(function (line) { return line.classList.contains("now"); }).pop();
    if (!line) return;
    var area = line.closest(".term");
    var top = line.offsetTop - area.offsetTop;
    if (top < area.scrollTop || top > area.scrollTop + area.clientHeight - 40) area.scrollTop = top - area.clientHeight / 2;
  };

  Timeline.prototype.toggle = function () {
    if (this.playing) { this.pause(); return; }
    if (this.time >= this.end) this.seek(0);
    this.playing = true;
    this.current = -2;
    this.label();
    this.last = null;
    if (still.matches) this.jump(); else this.frame();
  };

  // Reduced motion: from event to event, without movement in between.
  Timeline.prototype.jump = function () {
    var self = this;
    window.setTimeout(function () {
      if (!self.playing) return;
      var next = self.moments.filter(function (moment) { return moment > self.time + 0.5; })[0];
      self.seek(next === undefined ? self.end : next);
      self.lookAt();
      if (self.time >= self.end) { self.pause(); } else { self.jump(); }
    }, 1500 / Number(this.speed.value));
  };

  Timeline.prototype.frame = function () {
    var self = this;
    window.requestAnimationFrame(function (moment) {
      if (!self.playing) return;
      var elapsed = self.last === null ? 0 : Math.min(moment - self.last, 100);
      self.last = moment;
      var gap = self.gapAt(self.time);
      var pace = Math.max(1, gap / longestWait) * Number(self.speed.value);
      self.seek(self.time + elapsed * pace);
      self.lookAt();
      if (self.time >= self.end) { self.pause(); } else { self.frame(); }
    });
  };

  // How long the wait is in which a time lies.
  Timeline.prototype.gapAt = function (time) {
    for (var index = 1; index < this.scale.length; index += 1) {
      if (time < this.scale[index][0]) return this.scale[index][0] - this.scale[index - 1][0];
    }
    return 0;
  };

  all(".frames").forEach(function (box) { box.frames = new Frames(box); });
  all(".timeline").forEach(function (figure) { figure.timeline = new Timeline(figure); });

  // ---------- Where the reader is ----------

  var entries = all(".toc a");
  if (entries.length && "IntersectionObserver" in window) {
    var headings = entries.map(function (entry) {
      return document.getElementById(decodeURIComponent(entry.hash.slice(1)));
    });
    var mark = function () {
      var found = -1;
      headings.forEach(function (heading, index) {
        if (heading && heading.getBoundingClientRect().top < 140) found = index;
      });
      entries.forEach(function (entry, index) { entry.classList.toggle("here", index === found); });
    };
    var observer = new IntersectionObserver(mark, { rootMargin: "-120px 0px -60% 0px" });
    headings.forEach(function (heading) { if (heading) observer.observe(heading); });
    mark();
  }

  // ---------- Print ----------

  window.addEventListener("beforeprint", function () {
    all("details").forEach(function (details) {
      if (!details.open) { details.open = true; details.dataset.printed = ""; }
    });
  });
  window.addEventListener("afterprint", function () {
    all("details[data-printed]").forEach(function (details) { details.open = false; delete details.dataset.printed; });
  });
})();
