/**
 * The command line: one class per verb or family of verbs, found by {@link dev.redstart.cli.Main}.
 * No interface for programs, and not exported; but {@link dev.redstart.cli.PrivateServer}, a Redis
 * server of one's own, serves the tests and {@code make jshell} too.
 */
package dev.redstart.cli;
