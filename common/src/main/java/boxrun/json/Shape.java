package boxrun.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know of a record class: its members in order, and how to make one.
 *
 * @param tag what its {@code "type"} member says, when it belongs to a sealed interface; null for others
 */
record Shape(
        List<Member> members,
        Constructor<?> constructor,
        @Nullable String tag) {
    /** The member that tells the records of a sealed interface apart. */
    static final String TAG = "type";

    /**
     * @param name in the JSON text
     * @param nullable the value may be null, and the member may be absent
     * @param omitNull a null value is not written
     */
    record Member(String name, Type type, boolean nullable, boolean omitNull, Method accessor) {

        @Nullable
        Object of(Object owner) {
            try {
                return accessor.invoke(owner);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("cannot read " + accessor, e);
            }
        }
    }

    static Shape of(Class<?> type, Naming naming) {
        List<Member> members = new ArrayList<>();
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] parameters = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            parameters[i] = component.getType();
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            // Jackson's annotations have no record component target: javac copies them to the accessor.
            JsonProperty property = accessor.getAnnotation(JsonProperty.class);
            JsonInclude include = accessor.getAnnotation(JsonInclude.class);
            members.add(new Member(
                    property == null ? naming.member(component.getName()) : property.value(),
                    component.getGenericType(),
                    component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                    include != null && include.value() == JsonInclude.Include.NON_NULL,
                    accessor));
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            boolean variant = false;
            for (Class<?> parent : type.getInterfaces()) {
                variant |= parent.isSealed();
            }
            return new Shape(List.copyOf(members), constructor, variant ? tag(type) : null);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("a record without its constructor: " + type, e);
        }
    }

    static String tag(Class<?> variant) {
        return Naming.SNAKE_CASE.member(variant.getSimpleName());
    }

    /** The name of an enum constant in the JSON text. */
    static String name(Enum<?> constant) {
        try {
            JsonProperty property =
                    constant.getDeclaringClass().getField(constant.name()).getAnnotation(JsonProperty.class);
            return property == null ? constant.name() : property.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("an enum without its constant: " + constant, e);
        }
    }
}
