/**
 * A bank: money goes to and fro between accounts in transactions, and what must be true of all
 * accounts together is looked at in snapshots meanwhile and after every killed process.
 */
@NullMarked
package io.undercroft.it.bank;

import org.jspecify.annotations.NullMarked;
