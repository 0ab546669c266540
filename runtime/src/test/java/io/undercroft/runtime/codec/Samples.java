package io.undercroft.runtime.codec;

import io.undercroft.storage.TypeRef;
import jakarta.json.bind.annotation.JsonbDateFormat;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import jakarta.json.bind.annotation.JsonbSubtype;
import jakarta.json.bind.annotation.JsonbTransient;
import jakarta.json.bind.annotation.JsonbTypeInfo;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Types of every kind that an application may store, and a value or more of each. */
final class Samples {
  private Samples() {}

  /** A type and a value of it. */
  record Sample(String name, Type type, Object value) {
    @Override
    public String toString() {
      return name;
    }
  }

  static final String DIRT = "Kölner \"Film\"-Nacht\\ 映画 \ud83c\udfac\n\t\u0001\u2028 a\u0308";

  enum Kind {
    CINEMA,
    STAGE {
      @Override
      public String toString() {
        return "on stage";
      }
    }
  }

  record Address(String city, Optional<String> zip) {}

  /** Nested in a class that is not public, and not public itself, like all of these. */
  record Room(
      String id,
      int seats,
      @Nullable Integer rows,
      Address address,
      List<Address> others,
      Map<String, Address> byName,
      Map<Kind, Integer> counts,
      Set<String> tags,
      Kind kind,
      Optional<Address> annex,
      boolean open) {}

  record Numbers(
      byte b,
      short s,
      int i,
      long l,
      float f,
      double d,
      char c,
      Byte bb,
      Short ss,
      Integer ii,
      Long ll,
      Float ff,
      Double dd,
      Character cc,
      Boolean bool,
      BigInteger integer,
      BigDecimal decimal,
      OptionalInt oi,
      OptionalLong ol,
      OptionalDouble od) {}

  record Times(
      Instant instant,
      LocalDate date,
      LocalTime time,
      LocalDateTime dateTime,
      OffsetTime offsetTime,
      OffsetDateTime offset,
      ZonedDateTime zoned,
      Duration duration,
      Period period,
      Year year,
      YearMonth yearMonth,
      MonthDay monthDay,
      ZoneId zone,
      ZoneOffset zoneOffset,
      DayOfWeek day) {}

  record Blank() {}

  /** Equality of records compares arrays by identity. */
  @SuppressWarnings("ArrayRecordComponent") // applications have them: that is the point
  record Blob(byte[] bytes, int[] ints, String[] texts, List<byte[]> more) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Blob blob
          && Arrays.equals(bytes, blob.bytes)
          && Arrays.equals(ints, blob.ints)
          && Arrays.equals(texts, blob.texts)
          && Arrays.deepEquals(more.toArray(), blob.more.toArray());
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  record Node(String name, List<Node> children) {}

  @JsonbPropertyOrder({"title", "created", "number"})
  record Annotated(
      @JsonbProperty("no") int number,
      String title,
      @JsonbDateFormat("dd.MM.yyyy") LocalDate created) {}

  record Guarded(String name) {
    Guarded {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("a name is never empty: s3cr3t");
      }
    }
  }

  @JsonbTypeInfo(
      key = "shape",
      value = {
        @JsonbSubtype(alias = "circle", type = Circle.class),
        @JsonbSubtype(alias = "square", type = Square.class)
      })
  sealed interface Shape permits Circle, Square {}

  record Circle(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  record Drawing(String name, List<Shape> shapes, Shape background) {}

  /** As Java was written for twenty years. */
  public static class Bean {
    private @Nullable String name;
    private int seats;
    public @Nullable Map<String, List<Address>> places;
    @JsonbTransient public String note = "not stored";
    private String hidden = "not a property";

    public @Nullable String getName() {
      return name;
    }

    public void setName(@Nullable String name) {
      this.name = name;
    }

    public int getSeats() {
      return seats;
    }

    public void setSeats(int seats) {
      this.seats = seats;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bean bean
          && Objects.equals(name, bean.name)
          && seats == bean.seats
          && Objects.equals(places, bean.places)
          && note.equals(bean.note)
          && hidden.equals(bean.hidden);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, seats);
    }
  }

  /** A bean that is not public and has a generic parent. */
  static class Crate<T> {
    public @Nullable T content;
    public @Nullable List<T> more;

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Crate<?> crate
          && Objects.equals(content, crate.content)
          && Objects.equals(more, crate.more);
    }

    @Override
    public int hashCode() {
      return Objects.hash(content, more);
    }
  }

  static class AddressCrate extends Crate<Address> {}

  private static <T> Crate<T> fill(Crate<T> crate, T content) {
    crate.content = content;
    crate.more = new ArrayList<>(List.of(content, content));
    return crate;
  }

  static final Address BONN = new Address("Bonn", Optional.of("53111"));
  static final Address NOWHERE = new Address("", Optional.empty());

  static Room room() {
    return new Room(
        DIRT,
        17,
        null,
        BONN,
        List.of(BONN, NOWHERE),
        new TreeMap<>(Map.of("here", BONN, "", NOWHERE, DIRT, NOWHERE)),
        new EnumMap<>(Map.of(Kind.CINEMA, 1, Kind.STAGE, 2)),
        Set.of("a", "b"),
        Kind.STAGE,
        Optional.of(NOWHERE),
        true);
  }

  static Bean bean() {
    Bean bean = new Bean();
    bean.setName(DIRT);
    bean.setSeats(-3);
    bean.places = new HashMap<>(Map.of("x", List.of(BONN)));
    return bean;
  }

  /** Returns what JSON-B maps, each equal to itself after a journey. */
  static List<Sample> mapped() {
    List<Sample> all = new ArrayList<>();
    all.add(new Sample("record", Room.class, room()));
    all.add(
        new Sample(
            "record of nothing but nulls and blanks",
            Room.class,
            new Room(
                "",
                0,
                null,
                NOWHERE,
                List.of(),
                Map.of(),
                Map.of(),
                Set.of(),
                Kind.CINEMA,
                Optional.empty(),
                false)));
    all.add(
        new Sample(
            "numbers, largest",
            Numbers.class,
            new Numbers(
                Byte.MAX_VALUE,
                Short.MAX_VALUE,
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                Float.MAX_VALUE,
                Double.MAX_VALUE,
                '\uffff',
                (byte) 1,
                (short) 2,
                3,
                4L,
                0.1f,
                0.1,
                'x',
                true,
                BigInteger.TWO.pow(3_000),
                new BigDecimal("1.10"),
                OptionalInt.of(5),
                OptionalLong.of(6),
                OptionalDouble.of(7.5))));
    all.add(
        new Sample(
            "numbers, smallest",
            Numbers.class,
            new Numbers(
                Byte.MIN_VALUE,
                Short.MIN_VALUE,
                Integer.MIN_VALUE,
                Long.MIN_VALUE,
                Float.MIN_VALUE,
                Double.MIN_VALUE,
                '\0',
                (byte) -1,
                (short) -2,
                -3,
                -4L,
                -1f,
                -0.0,
                '\n',
                false,
                BigInteger.TWO.pow(3_000).negate(),
                new BigDecimal("-1E+400"),
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalDouble.empty())));
    all.add(
        new Sample(
            "times",
            Times.class,
            new Times(
                Instant.parse("2026-02-28T23:59:59.123456789Z"),
                LocalDate.of(2024, 2, 29),
                LocalTime.of(23, 59, 59, 1),
                LocalDateTime.of(1969, 12, 31, 23, 59),
                OffsetTime.parse("01:02:03+05:30"),
                OffsetDateTime.parse("2026-01-02T03:04:05.6-11:00"),
                ZonedDateTime.parse("2026-10-25T02:30:00+01:00[Europe/Berlin]"),
                Duration.ofNanos(-1),
                Period.of(-1, 2, 3),
                Year.of(-44),
                YearMonth.of(2026, 1),
                MonthDay.of(2, 29),
                ZoneId.of("Asia/Kathmandu"),
                ZoneOffset.ofHoursMinutes(-3, -30),
                DayOfWeek.SUNDAY)));
    all.add(new Sample("record without components", Blank.class, new Blank()));
    all.add(
        new Sample(
            "arrays",
            Blob.class,
            new Blob(
                new byte[] {0, -1, 127},
                new int[] {1, -2},
                new String[] {"a", DIRT},
                List.of(new byte[0], new byte[] {9}))));
    all.add(
        new Sample(
            "tree",
            Node.class,
            new Node("a", List.of(new Node("b", List.of(new Node("c", List.of())))))));
    all.add(
        new Sample(
            "annotations", Annotated.class, new Annotated(7, DIRT, LocalDate.of(2026, 3, 4))));
    all.add(new Sample("sealed", Shape.class, new Circle(3)));
    all.add(
        new Sample(
            "sealed within",
            Drawing.class,
            new Drawing("d", List.of(new Circle(1), new Square(2)), new Square(3))));
    all.add(new Sample("bean", Bean.class, bean()));
    all.add(new Sample("empty bean", Bean.class, new Bean()));
    all.add(
        new Sample(
            "generic bean",
            new TypeRef<Crate<Address>>() {}.type(),
            fill(new Crate<Address>(), BONN)));
    all.add(
        new Sample(
            "bean of a generic parent", AddressCrate.class, fill(new AddressCrate(), NOWHERE)));
    all.add(
        new Sample(
            "list of records", new TypeRef<List<Room>>() {}.type(), List.of(room(), room())));
    all.add(new Sample("empty list", new TypeRef<List<Room>>() {}.type(), List.of()));
    all.add(
        new Sample(
            "list of lists",
            new TypeRef<List<List<Optional<Integer>>>>() {}.type(),
            List.of(List.of(Optional.of(1), Optional.empty()), List.of())));
    all.add(
        new Sample(
            "map of records",
            new TypeRef<Map<String, Address>>() {}.type(),
            Map.of(DIRT, BONN, "", NOWHERE)));
    all.add(
        new Sample(
            "map of lists by enum",
            new TypeRef<Map<Kind, List<Address>>>() {}.type(),
            Map.of(Kind.STAGE, List.of(BONN))));
    all.add(
        new Sample("map by number", new TypeRef<Map<Integer, String>>() {}.type(), Map.of(3, "x")));
    all.add(
        new Sample("optional", new TypeRef<Optional<Address>>() {}.type(), Optional.of(NOWHERE)));
    all.add(new Sample("array of records", Address[].class, new Address[] {BONN, NOWHERE}));
    all.add(new Sample("array of int", int[].class, new int[] {1, Integer.MIN_VALUE}));
    all.add(new Sample("enum", Kind.class, Kind.CINEMA));
    all.add(new Sample("enum with a body", Kind.class, Kind.STAGE));
    for (Object scalar :
        List.of(
            true,
            (byte) 1,
            (short) 2,
            3,
            4L,
            0.1f,
            0.1,
            'x',
            BigInteger.TEN,
            new BigDecimal("0.00"),
            UUID.fromString("00000000-0000-0001-0000-000000000002"),
            URI.create("urn:a"),
            Instant.EPOCH,
            LocalDate.EPOCH,
            Duration.ZERO,
            Year.of(9999))) {
      all.add(new Sample(scalar.getClass().getSimpleName(), scalar.getClass(), scalar));
    }
    return all;
  }

  /** Returns what needs no mapping. */
  static List<Sample> plain() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("z", null);
    map.put("a", Arrays.asList("x", null, true, List.of(), Map.of()));
    map.put(DIRT, new BigDecimal("1.10"));
    map.put("", new LinkedHashMap<>(Map.of("deep", new BigDecimal("12345678901234567890"))));
    List<Sample> all = new ArrayList<>();
    all.add(new Sample("raw map", Object.class, map));
    all.add(new Sample("raw list", Object.class, Arrays.asList("a", null, map)));
    all.add(new Sample("raw text", Object.class, DIRT));
    all.add(new Sample("raw number", Object.class, new BigDecimal("-0.50")));
    all.add(new Sample("raw boolean", Object.class, false));
    all.add(new Sample("Map", Map.class, map));
    all.add(new Sample("Map of objects", new TypeRef<Map<String, Object>>() {}.type(), map));
    all.add(new Sample("Map of anything", new TypeRef<Map<String, ?>>() {}.type(), map));
    all.add(new Sample("List", List.class, List.of(map)));
    all.add(new Sample("text", String.class, DIRT));
    all.add(new Sample("empty text", String.class, ""));
    all.add(new Sample("bytes", byte[].class, new byte[] {0, 1, -1, -128, 127}));
    all.add(new Sample("no bytes", byte[].class, new byte[0]));
    for (String json :
        List.of(
            "null",
            "true",
            "\"a\"",
            "1.10",
            "-0",
            "1e3",
            "[1,[],{}]",
            "{\"z\":null,\"a\":[1.0,1E400,0.1,18446744073709551615,-9223372036854775808]}")) {
      all.add(new Sample("JsonValue " + json, jakarta.json.JsonValue.class, JsonDoor.parse(json)));
    }
    all.add(new Sample("JsonObject", jakarta.json.JsonObject.class, JsonDoor.parse("{\"a\":{}}")));
    all.add(new Sample("JsonArray", jakarta.json.JsonArray.class, JsonDoor.parse("[1]")));
    return all;
  }

  static List<Sample> all() {
    List<Sample> all = mapped();
    all.addAll(plain());
    return all;
  }
}
