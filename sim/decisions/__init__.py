"""Every choice that a control room makes: pure functions over arrays and scalars."""
