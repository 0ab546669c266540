package io.undercroft.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.undercroft.spi.Codec;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.xxhash.XXHashFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

class CompressionTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int LIMIT = 1 << 20;

  private static Compression of(Compressions id) {
    return id.make(ErrorCode.INVALID_CONFIG);
  }

  private static List<byte[]> contents(Random random) {
    byte[] noise = new byte[200_000];
    random.nextBytes(noise);
    return List.of(
        new byte[0],
        new byte[] {42},
        "{\"a\":1}".getBytes(UTF_8),
        "abc".repeat(5_000).getBytes(UTF_8),
        new byte[65_536],
        new byte[65_537],
        noise,
        new byte[LIMIT]);
  }

  @ParameterizedTest
  @EnumSource
  void contentComesBack(Compressions id) {
    Seeds.run(
        random -> {
          for (byte[] content : contents(random)) {
            byte[] small = of(id).compress(content);
            assertThat(of(id).expand(small, LIMIT)).isEqualTo(content);
            assertThat(of(id).expand(small, Math.max(1, content.length))).isEqualTo(content);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void whatRepeatsGetsSmall(Compressions id) {
    assertThat(of(id).compress("abc".repeat(50_000).getBytes(UTF_8))).hasSizeLessThan(12_000);
  }

  /** Every prefix, every single damaged byte, and bytes added at the end. */
  @ParameterizedTest
  @EnumSource
  void damageIsFoundAndNeverReadAsSomethingElse(Compressions id) {
    byte[] content =
        "{\"title\":\"Movie night\",\"seats\":17,\"again\":\"Movie night\"}".getBytes(UTF_8);
    byte[] small = of(id).compress(content);
    for (int length = 0; length < small.length; length++) {
      byte[] cut = Arrays.copyOf(small, length);
      assertThatThrownBy(() -> of(id).expand(cut, LIMIT))
          .as("cut to %d", length)
          .isInstanceOf(Compression.Corrupt.class);
    }
    for (int at = 0; at < small.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = small.clone();
        damaged[at] ^= (byte) (1 << bit);
        try {
          // a few bits say nothing about the content: gzip's time and system
          assertThat(of(id).expand(damaged, LIMIT)).as("byte %d", at).isEqualTo(content);
        } catch (Compression.Corrupt e) {
          assertThat(e.what()).isNotEmpty();
        }
      }
    }
    byte[] longer = Arrays.copyOf(small, small.length + 1);
    assertThatThrownBy(() -> of(id).expand(longer, LIMIT)).isInstanceOf(Compression.Corrupt.class);
    byte[] twice = Arrays.copyOf(small, small.length * 2);
    System.arraycopy(small, 0, twice, small.length, small.length);
    assertThatThrownBy(() -> of(id).expand(twice, LIMIT)).isInstanceOf(Compression.Corrupt.class);
  }

  @ParameterizedTest
  @EnumSource
  void noiseIsRefused(Compressions id) {
    Seeds.run(
        random -> {
          for (int i = 0; i < 2_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            assertThatThrownBy(() -> of(id).expand(noise, LIMIT))
                .isInstanceOf(Compression.Corrupt.class);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void randomDamageToLargeContentIsFound(Compressions id) {
    Seeds.run(
        random -> {
          byte[] content = String.join(",", new RandomJson(random).documents(500)).getBytes(UTF_8);
          byte[] small = of(id).compress(content);
          for (int i = 0; i < 300; i++) {
            byte[] damaged = small.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
            try {
              assertThat(of(id).expand(damaged, 64 << 20)).isEqualTo(content);
            } catch (Compression.Corrupt e) {
              assertThat(e.what()).isNotEmpty();
            }
          }
        });
  }

  // bombs

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "lz4", "snappy", "zstd"})
  void aBombIsRefusedByItsSize(String id) {
    byte[] bomb = of(Compressions.find(id).orElseThrow()).compress(new byte[8 << 20]);
    Codec<Object> codec =
        Coding.codec(
            byte[].class,
            CodecSettings.DEFAULT
                .withCompression(id)
                .withLimits(CodecLimits.DEFAULT.withBytes(LIMIT)));
    assertThatThrownBy(() -> codec.decode(bomb, codec.contentType()))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED))
        .hasMessageContaining("cannot read byte[] from 'application/json+" + id + "'")
        .hasMessageContaining("it expands to more than 1048576 bytes");
  }

  /** Headers that claim a lot over bytes that hold nothing: no memory is given for a claim. */
  @Test
  void aClaimWithoutContentIsRefusedWithoutMemory() throws IOException {
    int claim = 1 << 30;
    byte[] gzip = new Gzip().compress(new byte[100]);
    LittleEndian.put(claim, gzip, gzip.length - 4);
    assertThatThrownBy(() -> new Gzip().expand(gzip, claim))
        .isInstanceOf(Compression.Corrupt.class);

    byte[] lz4 = new Lz4().compress(new byte[100]);
    LittleEndian.put((long) claim, lz4, 6);
    lz4[14] = (byte) (XXHashFactory.safeInstance().hash32().hash(lz4, 4, 10, 0) >>> 8);
    assertThatThrownBy(() -> new Lz4().expand(lz4, claim)).isInstanceOf(Compression.Corrupt.class);

    byte[] snappy = {0, 0, 0, 0, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 4, 0, 0};
    assertThat(Snappy.uncompressedLength(snappy, 4, snappy.length - 4)).isEqualTo(claim);
    assertThatThrownBy(() -> new SnappyBlock().expand(snappy, claim))
        .isInstanceOf(Compression.Corrupt.class);

    // magic, one segment with eight bytes of size, the size, a last block of three raw bytes
    byte[] zstd = new byte[4 + 1 + 8 + 3 + 3];
    LittleEndian.put(0xfd2fb528, zstd, 0);
    zstd[4] = (byte) 0xe0;
    LittleEndian.put((long) claim, zstd, 5);
    zstd[13] = 3 << 3 | 1;
    assertThat(Zstd.getFrameContentSize(zstd)).isEqualTo(claim);
    assertThatThrownBy(() -> new Zstandard().expand(zstd, claim))
        .isInstanceOf(Compression.Corrupt.class);
  }

  /** 64 MiB of nothing are a legal value, and take a few kilobytes. */
  @ParameterizedTest
  @EnumSource
  void muchFromLittleIsNoCrimeWithinTheLimit(Compressions id) {
    assertTimeoutPreemptively(
        SOON,
        () -> {
          byte[] nothing = new byte[16 << 20];
          byte[] small = of(id).compress(nothing);
          assertThat(Arrays.equals(of(id).expand(small, nothing.length), nothing)).isTrue();
        });
  }

  // other people's readers and writers

  @Test
  void theJdkReadsOurGzipAndWeReadTheJdks() throws Exception {
    byte[] content = "abc".repeat(5_000).getBytes(UTF_8);
    assertThat(
            new GZIPInputStream(new ByteArrayInputStream(new Gzip().compress(content)))
                .readAllBytes())
        .isEqualTo(content);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    assertThat(new Gzip().expand(out.toByteArray(), LIMIT)).isEqualTo(content);
  }

  @Test
  void lz4JavaReadsOurFramesAndWeReadItsOnes() throws Exception {
    LZ4Factory lz4 = LZ4Factory.safeInstance();
    XXHashFactory hash = XXHashFactory.safeInstance();
    Random random = new Random(7);
    for (int length : new int[] {0, 1, 1_000, 65_536, 65_537, 300_000, 5_000_000}) {
      byte[] content = new byte[length];
      for (int i = 0; i < length; i++) {
        content[i] = (byte) "abcdefgh".charAt(random.nextInt(8));
      }
      assertThat(
              new LZ4FrameInputStream(
                      new ByteArrayInputStream(new Lz4().compress(content)),
                      lz4.safeDecompressor(),
                      hash.hash32(),
                      true)
                  .readAllBytes())
          .isEqualTo(content);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (LZ4FrameOutputStream frame =
          new LZ4FrameOutputStream(
              out,
              LZ4FrameOutputStream.BLOCKSIZE.SIZE_256KB,
              length,
              lz4.fastCompressor(),
              hash.hash32(),
              LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE,
              LZ4FrameOutputStream.FLG.Bits.BLOCK_CHECKSUM,
              LZ4FrameOutputStream.FLG.Bits.CONTENT_SIZE)) {
        frame.write(content);
      }
      assertThat(new Lz4().expand(out.toByteArray(), 64 << 20)).isEqualTo(content);
    }
  }

  @Test
  void zstdJniReadsOurFrames() throws Exception {
    byte[] content = "abc".repeat(100_000).getBytes(UTF_8);
    assertThat(
            new ZstdInputStreamNoFinalizer(
                    new ByteArrayInputStream(new Zstandard().compress(content)))
                .readAllBytes())
        .isEqualTo(content);
    assertThat(new Zstandard().expand(Zstd.compress(content), LIMIT)).isEqualTo(content);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZstdOutputStreamNoFinalizer stream = new ZstdOutputStreamNoFinalizer(out)) {
      stream.write(content);
    }
    assertThatThrownBy(() -> new Zstandard().expand(out.toByteArray(), LIMIT))
        .hasMessageContaining("no Zstandard frame with its content's size");
  }

  @Test
  void anybodyReadsOurSnappy() throws Exception {
    byte[] content = "abc".repeat(5_000).getBytes(UTF_8);
    byte[] small = new SnappyBlock().compress(content);
    CRC32C crc = new CRC32C();
    crc.update(content);
    assertThat(LittleEndian.get(small, 0)).isEqualTo((int) crc.getValue());
    assertThat(Snappy.uncompress(Arrays.copyOfRange(small, 4, small.length))).isEqualTo(content);
  }
}
