"""How Chromium is started: without a screen, and asking nobody anything of its own accord."""

QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # a process for each page would take longer to start than the page
]
