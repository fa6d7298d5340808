"""Pages and HTTP calls: parse, authorise through a selector, call one service, answer."""
