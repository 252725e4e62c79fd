"""What an operator sees of the service: a log line, numbers and, if wanted, a trace of each request. None of them holds a question unless
KB_LOG_QUESTIONS is on. See docs/operating.md and docs/security.md."""
