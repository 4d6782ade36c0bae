/**
 * Benchmarks. Each class measures one room of the library; {@link dev.redstart.jmh.Ratios} runs
 * them and compares what belongs together. A new benchmark is a class here, and a line there.
 */
package dev.redstart.jmh;
