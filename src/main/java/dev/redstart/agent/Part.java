package dev.redstart.agent;

import java.util.Locale;

/** What an agent is asked to do, each with an instruction for agents that are language models. */
public enum Part {
  /** To answer the question. */
  ANSWER("You are a helpful assistant. Answer the last message of the user."),
  /** To write a draft again, after criticism. */
  REVISE(
      "Write the answer to the user's last message again. You are given a draft and what a critic"
          + " says about it. Write the whole new answer and nothing else."),
  /** To say what is wrong with a draft, or that it is accepted. */
  CRITICISE(
      "You are a critic. You are given a draft of an answer to the user's last message. If it is"
          + " good, reply with the one word ACCEPT. Otherwise say briefly what has to be changed."),
  /** To divide what is to be done into steps. */
  PLAN(
      "Plan how to do what the user's last message asks for. Reply with a numbered list of at most"
          + " ten steps, one line each, and nothing else."),
  /** To do one step. */
  WORK(
      "You work on what the user's last message asks for, by a plan. You are given one step of it"
          + " and the results of the steps before. Do this step only, and reply with its result."),
  /** To say whether more steps are needed, and which. */
  REVIEW(
      "You are given the results of all steps of a plan for what the user's last message asks for."
          + " If they are enough, reply with the one word DONE. Otherwise reply with a numbered"
          + " list of further steps, one line each, and nothing else."),
  /** To make one answer of the results of all steps. */
  CONCLUDE(
      "You are given the results of all steps of a plan for what the user's last message asks for."
          + " Write the final answer to the user from them.");

  private final String instruction;

  Part(String instruction) {
    this.instruction = instruction;
  }

  /** What to tell a language model. */
  public String instruction() {
    return instruction;
  }

  /** In lower case: {@code answer}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
