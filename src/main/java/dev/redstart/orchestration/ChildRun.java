package dev.redstart.orchestration;

/**
 * What a child has done.
 *
 * @param end why it stopped
 * @param received how many tasks it took
 * @param succeeded how many of its reports counted and told of a success
 * @param failed how many of its reports counted and told of a failure
 * @param refused how many of its reports did not count
 */
public record ChildRun(Child.End end, int received, int succeeded, int failed, int refused) {}
