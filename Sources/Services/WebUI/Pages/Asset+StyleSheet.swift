extension Asset {
    /// Colours keep 4.5:1 against what is behind them, targets are 44 pixels high, and nothing needs a width of more than 320.
    static let styleSheetText: StaticString = """
        :root {
          color-scheme: light dark;
          --ground: #f5f6f8; --sheet: #ffffff; --ink: #1b1f24; --muted: #57606a; --line: #d0d7de;
          --accent: #0b57a4; --on-accent: #ffffff; --accent-strong: #08427d;
          --ok: #116329; --ok-ground: #dafbe1; --warn: #7a4b00; --warn-ground: #fff3d1; --bad: #a40e26; --bad-ground: #ffebe9;
          --field: #6e7781;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #0d1117; --sheet: #161b22; --ink: #e6edf3; --muted: #9aa5b1; --line: #30363d;
            --accent: #79b8ff; --on-accent: #0d1117; --accent-strong: #a5d0ff;
            --ok: #7ee787; --ok-ground: #12331d; --warn: #f2cc60; --warn-ground: #3a2c05; --bad: #ffa198; --bad-ground: #4a1619;
            --field: #8b949e;
          }
        }
        * { box-sizing: border-box; }
        html { font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--ground); color: var(--ink); }
        a { color: var(--accent); text-underline-offset: .15em; }
        a:hover { color: var(--accent-strong); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        .skip { position: absolute; left: -100vw; top: 0; padding: .75rem 1rem; background: var(--sheet); z-index: 1; }
        .skip:focus { left: 0; }
        .top { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; padding: .5rem 1rem;
          background: var(--sheet); border-bottom: 1px solid var(--line); }
        .top a, .person, footer a { display: inline-flex; align-items: center; min-height: 2.75rem; }
        .brand { font-weight: 700; color: var(--ink); text-decoration: none; }
        .brand::before { content: ""; width: 1.25rem; height: 1.25rem; margin-right: .5rem;
          background: url(/assets/icon.svg) center / contain; }
        nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
        [aria-current="page"] { color: var(--ink); font-weight: 600; text-decoration: none; }
        .person { margin-left: auto; gap: .75rem; color: var(--muted); flex-wrap: wrap; }
        .person span { overflow-wrap: anywhere; }
        main { flex: 1; width: 100%; max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
        main.narrow { max-width: 26rem; }
        footer { padding: .5rem 1rem; border-top: 1px solid var(--line); display: flex; justify-content: center; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 .75rem; }
        p { margin: 0 0 1rem; overflow-wrap: break-word; }
        .card { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem; margin: 0 0 1.25rem; }
        .card > :last-child { margin-bottom: 0; }
        .muted, small { color: var(--muted); font-size: .9rem; }
        .note, .alert { border-left: 4px solid var(--warn); background: var(--warn-ground); color: var(--ink);
          padding: .75rem 1rem; border-radius: 6px; margin: 0 0 1.25rem; }
        .alert { border-color: var(--bad); background: var(--bad-ground); }
        .done { border-left: 4px solid var(--ok); background: var(--ok-ground); padding: .75rem 1rem; border-radius: 6px;
          margin: 0 0 1.25rem; }
        .note > :last-child, .alert > :last-child, .done > :last-child { margin-bottom: 0; }
        .field { margin: 0 0 1rem; }
        label, legend { display: block; font-weight: 600; margin: 0 0 .3rem; }
        input, select { font: inherit; width: 100%; min-height: 2.75rem; padding: .5rem .75rem; color: var(--ink);
          background: var(--sheet); border: 1px solid var(--field); border-radius: 8px; }
        input[type="checkbox"] { width: 1.5rem; min-height: 1.5rem; }
        .button, .quiet, .danger { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1.1rem; border-radius: 8px;
          border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); cursor: pointer; }
        .button:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
        a.button { display: inline-flex; align-items: center; text-decoration: none; color: var(--on-accent); }
        .quiet { background: transparent; color: var(--accent); border-color: var(--field); }
        .danger { background: transparent; color: var(--bad); border-color: var(--bad); }
        .quiet:hover, .danger:hover { background: var(--ground); }
        .actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0; }
        .wide { width: 100%; }
        .list { list-style: none; margin: 0; padding: 0; }
        .row { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; padding: .85rem 0; border-top: 1px solid var(--line); }
        .row:first-child { border-top: 0; padding-top: 0; }
        .row:last-child { padding-bottom: 0; }
        .row .what { flex: 1 1 9rem; min-width: 0; overflow-wrap: anywhere; }
        .row .what > * { margin: 0; }
        .row form, .person form { margin: 0; }
        .icon { flex: none; width: 2.5rem; height: 2.5rem; border-radius: 8px; object-fit: contain; display: inline-flex;
          align-items: center; justify-content: center; font-weight: 700; background: var(--ground); border: 1px solid var(--line);
          color: var(--muted); }
        .badge { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; font-size: .85rem; font-weight: 600;
          border: 1px solid currentColor; color: var(--muted); }
        .ok { color: var(--ok); background: var(--ok-ground); }
        .warn { color: var(--warn); background: var(--warn-ground); }
        .bad { color: var(--bad); background: var(--bad-ground); }
        .facts { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1.25rem; margin: 0; }
        .facts dt { color: var(--muted); }
        .facts dd { margin: 0; overflow-wrap: anywhere; }
        .facts ul { margin: 0; padding-left: 1.1rem; }
        code, .secret { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
        .secret { display: block; padding: .75rem; background: var(--ground); border: 1px solid var(--line); border-radius: 8px;
          user-select: all; }
        .paste { white-space: pre-wrap; margin: .3rem 0; }
        .guide { padding-block: 0; margin-block: 0 .75rem; }
        .guide > summary { padding: .85rem 0; min-height: 2.75rem; font-weight: 600; cursor: pointer; }
        .guide > ol { padding-left: 1.3rem; margin: 0 0 1rem; } .guide li { margin: 0 0 .6rem; }
        .way { margin-top: .75rem; }
        hr { border: 0; border-top: 1px solid var(--line); margin: 1.25rem 0; }
        small { display: block; margin-top: .3rem; }
        .facts dd form { margin: .5rem 0 0; }
        @media (max-width: 30rem) {
          .facts { grid-template-columns: 1fr; gap: .1rem; }
          .facts dd:not(:last-child) { margin-bottom: .75rem; }
          .actions .button, .actions .quiet, .actions form { flex: 1 1 100%; }
          .person { margin-left: 0; flex-basis: 100%; justify-content: space-between; }
        }
        @media (forced-colors: active) { .badge, .button, .quiet, .danger { border: 1px solid; } }
        """
}
