package dev.redstart.json;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On one component of a record, of type {@code Map<String, JsonValue>}: it collects the members
 * that no other component names, and they are written back where it stands.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface JsonRest {}
