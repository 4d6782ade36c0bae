package dev.redstart.json;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** Takes records apart and puts them together, and turns what their code throws into ours. */
final class RecordAccess {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private RecordAccess() {}

  /** From the components to the record. */
  static Function<Object[], Object> constructor(Class<?> type) {
    MethodHandle constructor = constructorHandle(type);
    return components -> {
      try {
        return (Object) constructor.invokeExact(components);
      } catch (Throwable e) {
        // A method handle may throw anything; failure() lets errors through as they are.
        throw failure("is refused by " + type.getSimpleName(), e);
      }
    };
  }

  /** From the record to one component. */
  static Function<Object, Object> accessor(RecordComponent component) {
    MethodHandle accessor = accessorHandle(component);
    return value -> {
      try {
        return (Object) accessor.invokeExact(value);
      } catch (Throwable e) {
        // As above.
        throw failure("cannot be read from the record", e);
      }
    };
  }

  private static JsonValueException failure(String problem, Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    String reason = Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getName());
    return new JsonValueException(problem + ": " + reason, cause);
  }

  private static MethodHandle constructorHandle(Class<?> type) {
    Class<?>[] parameters =
        Stream.of(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> canonical = type.getDeclaredConstructor(parameters);
      canonical.setAccessible(true);
      return LOOKUP
          .unreflectConstructor(canonical)
          .asFixedArity()
          .asSpreader(Object[].class, parameters.length)
          .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      throw hidden(type, e);
    }
  }

  private static MethodHandle accessorHandle(RecordComponent component) {
    Method accessor = component.getAccessor();
    try {
      accessor.setAccessible(true);
      return LOOKUP.unreflect(accessor).asType(MethodType.methodType(Object.class, Object.class));
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      throw hidden(component.getDeclaringRecord(), e);
    }
  }

  private static IllegalArgumentException hidden(Class<?> type, Exception cause) {
    return new IllegalArgumentException(
        type.getName()
            + " is hidden from Redstart; make it public in an exported package, or write \"opens "
            + type.getPackageName()
            + " to dev.redstart\" into its module-info.java",
        cause);
  }
}
