package dev.redstart.a2a;

/** What a stream brings. */
public sealed interface StreamEvent permits Task, Message, TaskStatusUpdate, TaskArtifactUpdate {}
