package dev.redstart.json;

import dev.redstart.json.Containers.ListBinding;
import dev.redstart.json.Containers.MapBinding;
import dev.redstart.json.Containers.OptionalBinding;
import dev.redstart.json.Containers.SetBinding;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the binding of a type and of all types in it, for one codec. */
final class Bindings {
  /** A class, and what its type variables stand for. */
  private record Key(Class<?> type, List<Binding> arguments) {}

  private final Naming naming;

  /** Also the unfinished ones, so that a record that holds itself finds itself. */
  private final Map<Key, Binding> made = new HashMap<>();

  private Bindings(Naming naming) {
    this.naming = naming;
  }

  /**
   * The binding of the type.
   *
   * @throws IllegalArgumentException if there is none for it or for a type in it
   */
  static Binding of(Class<?> type, Naming naming) {
    var bindings = new Bindings(naming);
    Binding binding = bindings.find(type, List.of());
    for (Binding part : bindings.made.values()) {
      if (part instanceof RecordBinding record) {
        record.checkDefaults();
      }
    }
    return binding;
  }

  private Binding find(Type type, Map<TypeVariable<?>, Binding> variables) {
    if (type instanceof Class<?> plain) {
      return find(plain, List.of());
    } else if (type instanceof ParameterizedType generic) {
      List<Binding> arguments =
          Stream.of(generic.getActualTypeArguments()).map(a -> find(a, variables)).toList();
      return find((Class<?>) generic.getRawType(), arguments);
    } else if (type instanceof WildcardType wildcard) {
      return find(wildcard.getUpperBounds()[0], variables);
    }
    return Optional.ofNullable(variables.get(type)).orElseThrow(() -> unknown(type));
  }

  private Binding find(Class<?> type, List<Binding> arguments) {
    Optional<Binding> scalar = Scalars.find(type);
    if (scalar.isPresent()) {
      return scalar.get();
    }
    Binding known = made.get(new Key(type, arguments));
    return known == null ? make(type, arguments) : known;
  }

  private Binding make(Class<?> type, List<Binding> arguments) {
    if (type.isEnum()) {
      return new EnumBinding(type);
    } else if (type.isRecord()) {
      return makeRecord(type, arguments);
    } else if (type.isSealed() && type.isInterface()) {
      return makeSealed(type, arguments);
    }
    return makeContainer(type, arguments);
  }

  private Binding makeContainer(Class<?> type, List<Binding> arguments) {
    int count = arguments.size();
    if (type == Optional.class && count == 1) {
      return new OptionalBinding(arguments.get(0));
    } else if (type == List.class && count == 1) {
      return new ListBinding(arguments.get(0));
    } else if (type == Set.class && count == 1) {
      return new SetBinding(new ListBinding(arguments.get(0)));
    } else if (type == Map.class && count == 2 && isString(arguments.get(0))) {
      return new MapBinding(arguments.get(1));
    }
    throw unknown(type);
  }

  private static boolean isString(Binding binding) {
    return Scalars.find(String.class).orElseThrow() == binding;
  }

  private RecordBinding makeRecord(Class<?> type, List<Binding> arguments) {
    var binding = new RecordBinding(type, naming);
    made.put(new Key(type, arguments), binding);
    Map<TypeVariable<?>, Binding> variables = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      variables.put(type.getTypeParameters()[i], arguments.get(i));
    }
    binding.bind(component -> find(component, variables));
    return binding;
  }

  private SealedBinding makeSealed(Class<?> type, List<Binding> arguments) {
    var binding = new SealedBinding(type);
    made.put(new Key(type, arguments), binding);
    records(type).distinct().forEach(record -> binding.add(record, tag(record), recordOf(record)));
    return binding;
  }

  private Stream<Class<?>> records(Class<?> type) {
    return type.isSealed() && type.isInterface()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(this::records)
        : Stream.of(type);
  }

  private RecordBinding recordOf(Class<?> type) {
    if (find(type, List.of()) instanceof RecordBinding record) {
      return record;
    }
    throw new IllegalArgumentException(
        type.getName() + " is part of a sealed hierarchy, but is not a record");
  }

  private String tag(Class<?> record) {
    JsonName own = record.getAnnotation(JsonName.class);
    return own == null ? naming.of(record.getSimpleName()) : own.value();
  }

  private static IllegalArgumentException unknown(Type type) {
    return new IllegalArgumentException(
        "JSON has no form for "
            + type.getTypeName()
            + "; there is one for records, enums, sealed interfaces of records, JsonValue, and, of"
            + " such types, Optional<T>, List<T>, Set<T> and Map<String, T>");
  }
}
