/**
 * All rooms on more than one Redis: where their keys live, and what they do when slots move and
 * masters die. Start with {@code RoomsTest}.
 */
package dev.redstart.cluster;
