"""A Django REST framework application with drf-spectacular: `python drf_app.py PORT`."""

import datetime as dt
import itertools
import os
import sys
import threading

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="a key for tests",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "drf_spectacular"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    USE_TZ=True,
    TIME_ZONE="UTC",
    REST_FRAMEWORK={
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    },
    SPECTACULAR_SETTINGS={"TITLE": "DRF judge", "VERSION": "1", "SERVE_PUBLIC": True, "COMPONENT_SPLIT_REQUEST": False},
)
django.setup()

from django.http import HttpResponse, StreamingHttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from drf_spectacular.types import OpenApiTypes  # noqa: E402
from drf_spectacular.utils import (  # noqa: E402
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from drf_spectacular.views import SpectacularAPIView  # noqa: E402
from rest_framework import serializers, status, viewsets  # noqa: E402
from rest_framework.decorators import action, api_view, parser_classes  # noqa: E402
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.routers import DefaultRouter  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


def shown(value):
    if isinstance(value, (list, tuple)):
        return "[" + " ".join(map(shown, value)) + "]"
    if isinstance(value, dict):
        return "{" + " ".join(f"{name}={shown(part)}" for name, part in sorted(value.items())) + "}"
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return f"{type(value).__name__}:{value.isoformat()}"
    if hasattr(value, "read"):
        return f"file:{value.name} {value.content_type} {value.read().hex()}"
    return f"{type(value).__name__}:{value}"


class SeenSerializer(serializers.Serializer):
    values = serializers.DictField(child=serializers.CharField(), read_only=True)


def seen(**values):
    return Response({"values": {name: shown(value) for name, value in values.items()}})


# Parameters.


class FilterSerializer(serializers.Serializer):
    text = serializers.CharField()
    count = serializers.IntegerField(required=False, min_value=0, max_value=100)
    size = serializers.FloatField(required=False)
    flag = serializers.BooleanField(required=False)
    day = serializers.DateField(required=False)
    moment = serializers.DateTimeField(required=False)
    clock = serializers.TimeField(required=False)
    length = serializers.DurationField(required=False)
    ident = serializers.UUIDField(required=False)
    price = serializers.DecimalField(max_digits=6, decimal_places=2, required=False)
    color = serializers.ChoiceField(choices=["red", "dark blue", "a/b"], required=False)
    level = serializers.ChoiceField(choices=[(1, "low"), (10, "high")], required=False)
    tags = serializers.ListField(child=serializers.CharField(), required=False)
    numbers = serializers.MultipleChoiceField(choices=[1, 2, 3], required=False)


class Query(APIView):
    @extend_schema(operation_id="query", parameters=[FilterSerializer], responses=SeenSerializer)
    def get(self, request):
        filters = FilterSerializer(data=request.query_params)
        filters.is_valid(raise_exception=True)
        values = dict(filters.validated_data)
        if "numbers" in values:
            values["numbers"] = sorted(values["numbers"], key=str)
        return seen(**values)


@extend_schema(
    operation_id="located",
    parameters=[
        OpenApiParameter("ident", OpenApiTypes.UUID, OpenApiParameter.PATH),
        OpenApiParameter("count", OpenApiTypes.INT, OpenApiParameter.PATH),
        OpenApiParameter("X-Token", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True),
        OpenApiParameter("X-Count", OpenApiTypes.INT, OpenApiParameter.HEADER),
        OpenApiParameter("session", OpenApiTypes.STR, OpenApiParameter.COOKIE),
        OpenApiParameter("ids", OpenApiTypes.INT, OpenApiParameter.QUERY, many=True, explode=False),
        OpenApiParameter("deep", {"type": "object", "additionalProperties": {"type": "string"}}, style="deepObject", explode=True),
    ],
    responses=SeenSerializer,
)
@api_view(["GET"])
def located(request, ident, count):
    deep = {name: value for name, value in request.query_params.items() if name.startswith("deep")}
    return seen(
        ident=ident,
        count=count,
        token=request.headers["X-Token"],
        number=request.headers.get("X-Count"),
        session=request.COOKIES.get("session"),
        ids=request.query_params.get("ids"),
        deep=deep,
    )


# A resource with its five methods: JSON, forms and multipart of one schema.


class SizeSerializer(serializers.Serializer):
    width = serializers.FloatField()
    height = serializers.FloatField(default=1.5)


class AuthorSerializer(serializers.Serializer):
    id = serializers.IntegerField(read_only=True)
    created = serializers.DateTimeField(read_only=True)
    name = serializers.CharField(max_length=40)
    password = serializers.CharField(write_only=True)
    email = serializers.EmailField(required=False, allow_null=True)
    site = serializers.URLField(required=False, allow_blank=True)
    color = serializers.ChoiceField(choices=["red", "dark blue"], required=False, allow_blank=True, allow_null=True)
    level = serializers.ChoiceField(choices=[1, 10], default=1)
    price = serializers.DecimalField(max_digits=6, decimal_places=2)
    weight = serializers.FloatField(allow_null=True)
    born = serializers.DateField(required=False, allow_null=True)
    active = serializers.BooleanField(default=True)
    size = SizeSerializer(required=False)
    sizes = SizeSerializer(many=True, required=False)
    labels = serializers.DictField(child=serializers.IntegerField(), required=False)
    extra = serializers.JSONField(required=False)
    address = serializers.IPAddressField(required=False)
    slug = serializers.SlugField(required=False)

    def create(self, validated):
        author = {"id": next(numbers), "created": dt.datetime(2024, 2, 29, tzinfo=dt.timezone.utc), **validated}
        authors[author["id"]] = author
        return author

    def update(self, author, validated):
        author.update(validated)
        return author


numbers = itertools.count(1)
authors = {}


class Authors(viewsets.ViewSet):
    serializer_class = AuthorSerializer
    lookup_value_converter = "int"

    @extend_schema(operation_id="authors_list", responses=AuthorSerializer(many=True))
    def list(self, request):
        return Response(AuthorSerializer(list(authors.values()), many=True).data)

    @extend_schema(operation_id="authors_create", request=AuthorSerializer, responses={201: AuthorSerializer})
    def create(self, request):
        author = AuthorSerializer(data=request.data)
        author.is_valid(raise_exception=True)
        author.save()
        passwords = {"x-password": author.validated_data["password"]}
        return Response(author.data, status.HTTP_201_CREATED, headers=passwords)

    @extend_schema(
        operation_id="authors_retrieve",
        parameters=[OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH)],
        responses={200: AuthorSerializer, 404: OpenApiResponse(description="No such author")},
    )
    def retrieve(self, request, pk):
        if int(pk) not in authors:
            return Response(status=404)
        return Response(AuthorSerializer(authors[int(pk)]).data)

    @extend_schema(
        operation_id="authors_update",
        parameters=[OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH)],
        request=AuthorSerializer,
        responses=AuthorSerializer,
    )
    def update(self, request, pk):
        author = AuthorSerializer(authors[int(pk)], data=request.data)
        author.is_valid(raise_exception=True)
        author.save()
        return Response(author.data)

    @extend_schema(
        operation_id="authors_partial_update",
        parameters=[OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH)],
        request=AuthorSerializer,
        responses=AuthorSerializer,
    )
    def partial_update(self, request, pk):
        author = AuthorSerializer(authors[int(pk)], data=request.data, partial=True)
        author.is_valid(raise_exception=True)
        author.save()
        return Response(author.data)

    @extend_schema(
        operation_id="authors_destroy",
        parameters=[OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH)],
        responses={204: None},
    )
    def destroy(self, request, pk):
        del authors[int(pk)]
        return Response(status=204)


# Bodies.


class CatSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["cat"])
    lives = serializers.IntegerField()


class DogSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["dog"])
    good = serializers.BooleanField()


PET = PolymorphicProxySerializer(
    component_name="Pet", serializers={"cat": CatSerializer, "dog": DogSerializer}, resource_type_field_name="kind"
)


@extend_schema(operation_id="save_pet", request=PET, responses=PET)
@api_view(["POST"])
@parser_classes([JSONParser])
def save_pet(request):
    kinds = {"cat": CatSerializer, "dog": DogSerializer}
    pet = kinds[request.data["kind"]](data=request.data)
    pet.is_valid(raise_exception=True)
    return Response(pet.data)


class ThingSerializer(serializers.Serializer):
    numbers = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)
    grid = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    chosen = serializers.MultipleChoiceField(choices=["a", "b"])
    ident = serializers.UUIDField()
    moment = serializers.DateTimeField()
    clock = serializers.TimeField()
    length = serializers.DurationField()
    big = serializers.IntegerField(min_value=-(2**62), max_value=2**62)
    anything = serializers.JSONField(allow_null=True)
    text_by_key = serializers.DictField(child=serializers.CharField(allow_null=True))
    hidden = serializers.HiddenField(default="hidden")


@extend_schema(operation_id="save_thing", request=ThingSerializer, responses={200: SeenSerializer, 400: OpenApiTypes.OBJECT})
@api_view(["POST"])
@parser_classes([JSONParser])
def save_thing(request):
    thing = ThingSerializer(data=request.data)
    thing.is_valid(raise_exception=True)
    values = dict(thing.validated_data)
    values["chosen"] = sorted(values["chosen"])
    return seen(**values)


# Forms and files.


class LoginSerializer(serializers.Serializer):
    user = serializers.CharField()
    password = serializers.CharField(write_only=True)
    remember = serializers.BooleanField(required=False)
    day = serializers.DateField(required=False)
    numbers = serializers.ListField(child=serializers.IntegerField(), required=False)


@extend_schema(operation_id="login", request={"application/x-www-form-urlencoded": LoginSerializer}, responses=SeenSerializer)
@api_view(["POST"])
@parser_classes([FormParser])
def login(request):
    form = LoginSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    return seen(**form.validated_data)


# Without COMPONENT_SPLIT_REQUEST drf-spectacular writes a file as the URL that an answer has, so the request is written by hand.
FILE = {"type": "string", "format": "binary"}
UPLOAD = {
    "type": "object",
    "required": ["title", "price", "file"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "title": {"type": "string"},
        "price": {"type": "string", "format": "decimal"},
        "file": FILE,
        "cover": {**FILE, "nullable": True},
        "pages": {"type": "array", "items": FILE},
        "labels": {"type": "array", "items": {"type": "string"}},
    },
}


class UploadSerializer(serializers.Serializer):
    title = serializers.CharField()
    price = serializers.DecimalField(max_digits=6, decimal_places=2)
    file = serializers.FileField()
    cover = serializers.FileField(required=False, allow_null=True)
    pages = serializers.ListField(child=serializers.FileField(), required=False)
    labels = serializers.ListField(child=serializers.CharField(), required=False)


class Upload(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="upload", request={"multipart/form-data": UPLOAD}, responses=SeenSerializer)
    def post(self, request):
        form = UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return seen(**form.validated_data)


@extend_schema(operation_id="upload_raw", request={"application/octet-stream": OpenApiTypes.BINARY}, responses=SeenSerializer)
@api_view(["PUT"])
@parser_classes([])
def upload_raw(request):
    return seen(body=request._request.body.hex(), content_type=request._request.content_type)


# Answers.


@extend_schema(operation_id="text", responses={(200, "text/plain"): OpenApiTypes.STR})
@api_view(["GET"])
def text(request):
    return HttpResponse("grün", content_type="text/plain; charset=utf-8")


@extend_schema(operation_id="image", responses={(200, "image/png"): OpenApiTypes.BINARY})
@api_view(["GET"])
def image(request):
    return HttpResponse(b"\x89PNG\x00\xff", content_type="image/png")


@extend_schema(operation_id="nothing", responses={204: None})
@api_view(["DELETE"])
def nothing(request):
    return Response(status=204)


@extend_schema(operation_id="scalar", responses=OpenApiTypes.DATETIME)
@api_view(["GET"])
def scalar(request):
    return Response(dt.datetime(2024, 2, 29, tzinfo=dt.timezone.utc))


@extend_schema(
    operation_id="counted",
    parameters=[OpenApiParameter("X-Total", OpenApiTypes.INT, OpenApiParameter.HEADER, response=True)],
    responses={200: serializers.ListSerializer(child=serializers.IntegerField())},
)
@api_view(["GET"])
def counted(request):
    return Response([1, 2], headers={"X-Total": "42"})


@extend_schema(operation_id="csv", responses={(200, "text/csv"): OpenApiTypes.STR})
@api_view(["GET"])
def csv(request):
    return StreamingHttpResponse(iter(["a,b\n", "1,2\n"]), content_type="text/csv")


router = DefaultRouter()
router.register("authors", Authors, basename="author")
urlpatterns = [
    path("", include(router.urls)),
    path("schema", SpectacularAPIView.as_view()),
    path("query", Query.as_view()),
    path("located/<uuid:ident>/<int:count>", located),
    path("pets", save_pet),
    path("things", save_thing),
    path("login", login),
    path("upload", Upload.as_view()),
    path("upload/raw", upload_raw),
    path("text", text),
    path("image", image),
    path("nothing", nothing),
    path("scalar", scalar),
    path("counted", counted),
    path("csv", csv),
]


def end_with_standard_input():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *arguments):
            pass

    threading.Thread(target=end_with_standard_input, daemon=True).start()
    server = ThreadedWSGIServer(("127.0.0.1", int(sys.argv[1])), Quiet)
    server.set_app(get_wsgi_application())
    server.serve_forever()
