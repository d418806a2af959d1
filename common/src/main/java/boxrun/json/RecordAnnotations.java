package boxrun.json;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What records say of themselves without Jackson's annotations: which members may be null, and their variant's name.
 */
final class RecordAnnotations extends JacksonAnnotationIntrospector {
    /** The member that tells the records of a sealed interface apart. */
    static final String TAG = "type";

    private static final PropertyNamingStrategies.NamingBase TAGS = new PropertyNamingStrategies.SnakeCaseStrategy();
    private static final JsonTypeInfo.Value BY_TAG =
            JsonTypeInfo.Value.construct(JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, TAG, null, false, null, null);

    static String tag(Class<?> variant) {
        return TAGS.translate(variant.getSimpleName());
    }

    @Override
    public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
        return member instanceof AnnotatedParameter parameter ? !optional(parameter) : null;
    }

    @Override
    public JsonSetter.Value findSetterInfo(Annotated member) {
        return member instanceof AnnotatedParameter parameter && optional(parameter)
                ? JsonSetter.Value.forValueNulls(Nulls.SET)
                : super.findSetterInfo(member);
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated type) {
        // A record read as itself needs no tag.
        boolean tagged =
                closed(type.getRawType()) || (variant(type.getRawType()) && config instanceof SerializationConfig);
        return tagged && type instanceof AnnotatedClass ? BY_TAG : null;
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(Annotated type) {
        return closed(type.getRawType())
                ? Arrays.stream(type.getRawType().getPermittedSubclasses())
                        .map(NamedType::new)
                        .toList()
                : null;
    }

    @Override
    public @Nullable String findTypeName(AnnotatedClass type) {
        return variant(type.getRawType()) ? tag(type.getRawType()) : null;
    }

    private static boolean variant(Class<?> type) {
        return type.isRecord() && Arrays.stream(type.getInterfaces()).anyMatch(RecordAnnotations::closed);
    }

    private static boolean closed(Class<?> type) {
        return type.isInterface() && type.isSealed() && type != JsonValue.class;
    }

    /** The annotation's class must be there at run time, otherwise Java reports that there is no annotation. */
    private static boolean optional(AnnotatedParameter parameter) {
        AnnotatedType type =
                ((Executable) parameter.getOwner().getMember()).getAnnotatedParameterTypes()[parameter.getIndex()];
        return type.isAnnotationPresent(Nullable.class) || parameter.getRawType() == boolean.class;
    }
}
