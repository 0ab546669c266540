/**
 * Values to bytes and back: JSON-B by default, MessagePack and Protocol Buffers as formats,
 * compression, and the guarded door through which JSON comes in.
 *
 * <p>A content type is a format's media type, with the compression after a plus sign if there is
 * one:
 *
 * <pre>
 * content-type = format [ "+" compression ]
 * format       = "application/json" | "application/msgpack" | "application/x-protobuf" | what a custom codec says
 * compression  = "gzip" | "lz4" | "snappy" | "zstd"
 * </pre>
 *
 * Lower case, no blanks, no parameters. An entry is read by the content type that it was written
 * with, so that a storage's {@code format} and {@code compression} may change at any time.
 *
 * <p>The bytes of a compression: {@code gzip}, one member (RFC 1952); {@code lz4}, one frame of
 * independent blocks with the content's size; {@code zstd}, one frame (RFC 8878) with the content's
 * size; {@code snappy}, the CRC-32C of the content, lowest byte first, and one Snappy block. In
 * MessagePack a number that neither an integer nor a float of 64 bits says exactly is an extension
 * of type 1 that holds its JSON text.
 */
@NullMarked
package io.undercroft.runtime.codec;

import org.jspecify.annotations.NullMarked;
