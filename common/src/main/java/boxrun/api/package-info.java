/**
 * The wire contract of boxrun as inert records, enums and sealed types; docs/api.md explains them to people.
 *
 * <p>JSON names are the component names in snake_case. A component marked {@code @Nullable} is one whose JSON value may
 * be {@code null}: this is the one package in which null is a value, because it is one on the wire.
 */
@NullMarked
package boxrun.api;

import org.jspecify.annotations.NullMarked;
