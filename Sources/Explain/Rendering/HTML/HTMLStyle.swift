/// The style of pages: light and dark as the reader's system has it, light in print.
enum HTMLStyle {
  static let text = """
    :root {
      color-scheme: light dark;
      --page: #ffffff; --text: #1b1f24; --muted: #57606a; --line: #d0d7de; --shade: #f6f8fa;
      --forward: #0a6b3d; --backward: #b3261e; --accent: #0062a3; --box: #eaf4fc;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #14181d; --text: #e6edf3; --muted: #a3adb8; --line: #3a434d; --shade: #1c2229;
        --forward: #5fd598; --backward: #ff938a; --accent: #79bdff; --box: #17293a;
      }
    }
    @media print {
      :root {
        color-scheme: light;
        --page: #ffffff; --text: #000000; --muted: #444444; --line: #bbbbbb; --shade: #ffffff;
        --forward: #0a6b3d; --backward: #b3261e; --accent: #0062a3; --box: #ffffff;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--page); color: var(--text);
      font: 1rem/1.6 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", "PingFang SC",
        "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
    }
    main { max-width: 54rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
    h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 1.25rem; }
    h2 {
      font-size: 1.25rem; line-height: 1.3; margin: 2.25rem 0 0.75rem; padding-bottom: 0.25rem;
      border-bottom: 1px solid var(--line);
    }
    p { margin: 0.75rem 0; }
    dfn { font-style: normal; }
    math {
      font-family: "STIX Two Math", "Latin Modern Math", "Libertinus Math", "Cambria Math",
        "Noto Sans Math", "DejaVu Math TeX Gyre", math, serif;
      font-size: 1.08em;
    }
    mi.array { font-weight: bold; }
    mtd { padding: 0.2em 0.4em; text-align: right; text-align: -webkit-right; }
    .scroll { overflow-x: auto; overflow-y: hidden; padding: 0.2rem 0; }
    .given { list-style: none; display: flex; flex-wrap: wrap; align-items: center;
      gap: 0.4rem 2rem; padding: 0; }
    .given li { max-width: 100%; overflow-x: auto; overflow-y: hidden; padding: 0.15rem 0; }
    .step, .formula {
      margin: 0.75rem 0; padding: 0.3rem 0 0.3rem 0.9rem; border-left: 3px solid var(--line);
      break-inside: avoid;
    }
    .step.forward { border-left-color: var(--forward); }
    .step.backward { border-left-color: var(--backward); }
    .step.update { border-left-color: var(--accent); }
    .work {
      display: grid; grid-template-columns: max-content max-content minmax(min-content, 1fr);
      align-items: baseline; gap: 0.3rem 0.5rem; width: 100%;
    }
    .line { line-height: 2.1; }
    .line > span { white-space: nowrap; }
    /* Rows of a broken sum of fractions stay apart. */
    .work .right { grid-column: 3; line-height: 2.1; }
    .work .right math:has(mfrac) { padding: 0.35em 0; }
    .work .relation { grid-column: 2; }
    .work .left { grid-column: 1; }
    .slice, .exact, .dimensions, .remark { color: var(--muted); font-size: 0.92em; }
    .slice { padding-right: 0.4em; }
    .dimensions, .remark { margin: 0.3rem 0 0; }
    .exact { padding-left: 0.75em; }
    .work > .exact { padding-left: 0; }
    .boxed {
      display: inline-block; border: 2px solid var(--accent); border-radius: 4px;
      background: var(--box); padding: 0.1rem 0.6rem;
    }
    .note {
      margin: 0.9rem 0; padding: 0.5rem 0.9rem; background: var(--shade);
      border: 1px solid var(--line); border-radius: 6px; break-inside: avoid;
    }
    table.data { border-collapse: collapse; margin: 0.5rem 0; }
    table.data th, table.data td {
      text-align: left; vertical-align: baseline; padding: 0.35rem 1rem 0.35rem 0;
      border-bottom: 1px solid var(--line);
    }
    table.data th { color: var(--muted); font-weight: 600; font-size: 0.92em; white-space: nowrap; }
    table.data .number {
      text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;
    }
    table.data tr { break-inside: avoid; }
    .value { color: var(--forward); fill: var(--forward); }
    .gradient { color: var(--backward); fill: var(--backward); }
    .passed, .failed { font-weight: 600; white-space: nowrap; }
    .passed { color: var(--forward); }
    .failed { color: var(--backward); }
    figure { margin: 1rem 0; break-inside: avoid; }
    .picture svg { display: block; max-width: 100%; height: auto; background: #ffffff; }
    figcaption { margin-top: 0.5rem; color: var(--muted); font-size: 0.9375rem; }
    .graph .scroll {
      position: relative; left: 50%; transform: translateX(-50%); width: max-content;
      max-width: calc(100vw - 2.5rem);
    }
    figcaption, summary { color: var(--muted); font-size: 0.92em; }
    summary { cursor: pointer; }
    svg { display: block; }
    svg text {
      font-family: system-ui, "Segoe UI", "DejaVu Sans", "Noto Sans CJK SC", sans-serif;
    }
    svg .label { fill: var(--text); }
    svg .letter { font-style: italic; font-family: "STIX Two Text", Georgia, "DejaVu Serif", serif; }
    svg .node { fill: var(--shade); stroke: var(--text); stroke-width: 1.3; }
    svg .edge { fill: none; stroke: var(--muted); stroke-width: 1.3; }
    svg .head { fill: var(--muted); }
    @media (max-width: 40rem) {
      main { padding: 1rem 0.9rem 3rem; }
      h1 { font-size: 1.45rem; }
      .step, .formula { padding-left: 0.6rem; }
      .work { gap: 0.4rem 0.35rem; }
      .exact { display: block; padding-left: 0; }
    }
    @media print {
      main { max-width: none; padding: 0; }
      h2 { break-after: avoid; }
      section { break-inside: avoid; }
      .scroll, .given li { overflow: visible; }
      .graph .scroll { position: static; transform: none; width: auto; max-width: 100%; }
      figure svg { max-width: 100%; height: auto; }
    }
    """
}
