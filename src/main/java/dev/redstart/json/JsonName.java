package dev.redstart.json;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name in JSON, instead of the one that {@link Naming} derives: of a record's component, of an
 * enum's constant, or of a record in a sealed hierarchy (its tag).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.TYPE})
public @interface JsonName {
  /** The name. */
  String value();
}
