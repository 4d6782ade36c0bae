/**
 * Benchmarks. Each class measures one room of the library; {@link dev.redstart.jmh.Bench} runs
 * them, {@link dev.redstart.jmh.Ratios} says what belongs together, {@link dev.redstart.jmh.Report}
 * shows it. A new benchmark is a class here, a line in {@code Ratios} and a {@link
 * dev.redstart.jmh.Caption}.
 *
 * <p>What has other clients for peers is measured in rounds, in which all take turns ({@link
 * dev.redstart.jmh.Part}); {@link dev.redstart.jmh.Client} is how each of them is used.
 *
 * <p>{@link dev.redstart.jmh.Followers} is a program of its own: thousands of clients follow an
 * instance of the service, which has a JVM of its own. {@link
 * dev.redstart.jmh.MessageStreamBenchmark} measures the same way for one client. {@link
 * dev.redstart.jmh.SystemCalls} is another program.
 */
package dev.redstart.jmh;
