package dev.redstart.json;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a component of a record: what is read if the member is missing. It is always written. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface JsonDefault {
  /** The value as JSON: {@code "0"}, {@code "[]"}, {@code "\"none\""}. */
  String value();
}
