//! System tests: real Chromium, the real plugins, the simulated portal. One binary, so that it links once.

mod browser;
