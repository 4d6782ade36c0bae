package dev.redstart.a2a;

/** What comes of a message: a task, or an answer without one. */
public sealed interface SendResult permits Task, Message {}
