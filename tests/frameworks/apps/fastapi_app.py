"""A FastAPI application that answers with what it understood: `python fastapi_app.py PORT`."""

import asyncio
import datetime as dt
import enum
import os
import sys
import threading
import uuid
from decimal import Decimal
from typing import Annotated, Any, AsyncIterable, Generic, Literal, TypeVar, Union

import uvicorn
from fastapi import (
    APIRouter,
    Body,
    Cookie,
    FastAPI,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    UploadFile,
)
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, StreamingResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, RootModel, SecretStr, computed_field

app = FastAPI(
    title="FastAPI judge",
    version="1",
    generate_unique_id_function=lambda route: route.name,
)
parameters = APIRouter(tags=["parameters"])
bodies = APIRouter(tags=["bodies"])
forms = APIRouter(tags=["forms"])
answers = APIRouter(tags=["answers"])


class Seen(BaseModel):
    """Each value that the application understood, with its Python type."""

    values: dict[str, str]


def shown(value: Any) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + " ".join(sorted(map(shown, value)) if isinstance(value, set) else map(shown, value)) + "]"
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return f"{type(value).__name__}:{value.isoformat()}"
    if isinstance(value, dt.timedelta):
        return f"timedelta:{value.total_seconds()}"
    if isinstance(value, bytes):
        return f"bytes:{value.hex()}"
    if isinstance(value, SecretStr):
        return f"SecretStr:{value.get_secret_value()}"
    if isinstance(value, BaseModel):
        return "{" + " ".join(f"{name}={shown(getattr(value, name))}" for name in type(value).model_fields) + "}"
    return f"{type(value).__name__}:{value}"


def seen(**values: Any) -> Seen:
    return Seen(values={name: shown(value) for name, value in values.items()})


class Color(str, enum.Enum):
    RED = "red"
    DARK_BLUE = "dark blue"
    SLASH = "a/b"


class Level(int, enum.Enum):
    LOW = 1
    HIGH = 10


class Ratio(float, enum.Enum):
    HALF = 0.5
    WHOLE = 1.0


# Parameters.


@parameters.get("/path/{count}/{size}/{text}/{flag}/{day}/{moment}/{ident}/{price}/{color}/{level}")
def path_scalars(
    count: int,
    size: float,
    text: str,
    flag: bool,
    day: dt.date,
    moment: dt.datetime,
    ident: uuid.UUID,
    price: Decimal,
    color: Color,
    level: Level,
) -> Seen:
    return seen(
        count=count,
        size=size,
        text=text,
        flag=flag,
        day=day,
        moment=moment,
        ident=ident,
        price=price,
        color=color,
        level=level,
    )


@parameters.get("/files/{file_path:path}")
def path_rest(file_path: str) -> Seen:
    return seen(file_path=file_path)


@parameters.get("/query/required")
def query_required(
    count: int,
    size: float,
    text: str,
    flag: bool,
    day: dt.date,
    moment: dt.datetime,
    clock: dt.time,
    length: dt.timedelta,
    ident: uuid.UUID,
    price: Decimal,
    color: Color,
    level: Level,
    ratio: Ratio,
    fixed: Literal["yes"],
    several: Literal["a", "b"],
) -> Seen:
    return seen(**locals())


@parameters.get("/query/optional")
def query_optional(
    text: str | None = None,
    count: int | None = None,
    size: Annotated[float | None, Query(ge=0)] = None,
    flag: bool = False,
    color: Color = Color.RED,
    level: Level | None = None,
    day: dt.date | None = None,
    limit: Annotated[int, Query(gt=0, le=100)] = 20,
    aliased: Annotated[str | None, Query(alias="item-query")] = None,
    old: Annotated[str | None, Query(deprecated=True)] = None,
    either: int | str | None = None,
) -> Seen:
    return seen(**locals())


@parameters.get("/query/lists")
def query_lists(
    words: Annotated[list[str], Query()],
    numbers: Annotated[list[int] | None, Query()] = None,
    colors: Annotated[list[Color], Query()] = [],
    unique: Annotated[set[int], Query()] = set(),
    idents: Annotated[list[uuid.UUID] | None, Query()] = None,
) -> Seen:
    return seen(**locals())


class Filter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(100, gt=0, le=100)
    offset: int = 0
    order_by: Literal["created_at", "updated_at"] = "created_at"
    tags: list[str] = []
    since: dt.datetime | None = None


@parameters.get("/query/more")
def query_more(
    prices: Annotated[list[Decimal], Query()],
    days: Annotated[list[dt.date], Query()] = [],
    either: Literal[1, 2, "x"] | None = None,
    code: Annotated[str | None, Query(pattern="^[A-Z]+$")] = None,
    sizes: Annotated[list[float], Query(alias="size[]")] = [],
) -> Seen:
    return seen(**locals())


@parameters.get("/query/model")
def query_model(filter: Annotated[Filter, Query()]) -> Seen:
    return seen(filter=filter)


@parameters.get("/headers")
def headers(
    x_token: Annotated[str, Header()],
    x_count: Annotated[int, Header()],
    x_flag: Annotated[bool | None, Header()] = None,
    x_moment: Annotated[dt.datetime | None, Header()] = None,
    x_color: Annotated[Color | None, Header()] = None,
    strange: Annotated[str | None, Header(convert_underscores=False, alias="strange_header")] = None,
    x_single: Annotated[list[str] | None, Header()] = None,
) -> Seen:
    return seen(**locals())


class Cookies(BaseModel):
    session_id: str
    fatebook_tracker: str | None = None
    visits: int = 0


@parameters.get("/cookies")
def cookies(cookies: Annotated[Cookies, Cookie()], theme: Annotated[Color | None, Cookie()] = None) -> Seen:
    return seen(cookies=cookies, theme=theme)


# JSON bodies.


class Size(BaseModel):
    width: float
    height: float = 1.5
    unit: Literal["mm", "cm"] = "mm"


class Item(BaseModel):
    """All kinds of members."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    price: Decimal
    count: int
    weight: float | None
    note: str | None = None
    color: Color = Color.RED
    level: Level
    made: dt.date
    updated: dt.datetime
    opens: dt.time | None = None
    lasts: dt.timedelta | None = None
    ident: uuid.UUID
    size: Size
    sizes: list[Size] = []
    tags: set[str] = set()
    place: tuple[float, float]
    labelled: tuple[str, int, bool] | None = None
    prices: dict[str, Decimal] = {}
    by_level: dict[Level, Size] | None = None
    extra: Any = None
    free: dict[str, Any] = {}
    aliased: int = Field(3, alias="camelCase")


@bodies.post("/items", status_code=201)
def create_item(item: Item) -> Item:
    return item


@bodies.post("/items/seen")
def see_item(item: Item) -> Seen:
    return seen(**{name: getattr(item, name) for name in Item.model_fields})


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog", "puppy"] = "dog"
    good: bool


class Lizard(BaseModel):
    kind: Literal["lizard"] = "lizard"
    length: float | None = None


Pet = Annotated[Union[Cat, Dog, Lizard], Field(discriminator="kind")]


class Owner(BaseModel):
    pet: Pet
    others: list[Pet] = []
    by_name: dict[str, Pet] = {}


@bodies.post("/pets")
def save_pet(pet: Pet) -> Pet:
    return pet


@bodies.post("/owners")
def save_owner(owner: Owner) -> Owner:
    return owner


class Circle(BaseModel):
    shape: Literal["circle"] = "circle"
    radius: float


class Square(BaseModel):
    shape: Literal["square"] = "square"
    side: float


class Version1(BaseModel):
    version: Literal[1] = 1
    name: str


class Version2(BaseModel):
    version: Literal[2] = 2
    names: list[str]


@bodies.post("/shapes")
def save_shape(shape: Circle | Square) -> Circle | Square:
    return shape


@bodies.post("/versions")
def save_version(version: Version1 | Version2) -> Seen:
    return seen(version=version, type=type(version).__name__)


class Values(BaseModel):
    scalar: int | str | bool
    listed: list[int | str]
    or_list: str | list[str]
    or_model: Size | str | None = None
    secret: SecretStr | None = None
    blob: bytes | None = None


@bodies.post("/values")
def save_values(values: Values) -> Values:
    return values


class Tree(BaseModel):
    value: int
    left: "Tree | None" = None
    children: list["Tree"] = []


@bodies.post("/trees")
def save_tree(tree: Tree) -> Tree:
    return tree


class Names(RootModel[list[str]]):
    pass


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: str | None = None


@bodies.post("/lists")
def save_lists(items: list[Size]) -> Page[Size]:
    return Page(items=items, next=str(len(items)))


@bodies.post("/names")
def save_names(names: Names) -> Names:
    return names


@bodies.post("/maps")
def save_map(weights: dict[int, float]) -> dict[int, float]:
    return weights


@bodies.put("/optional-body")
def optional_body(size: Size | None = None) -> Seen:
    return seen(size=size)


@bodies.put("/several/{item_id}")
def several_bodies(
    item_id: int,
    size: Size,
    color: Color,
    importance: Annotated[int, Body(gt=0)],
    q: str | None = None,
) -> Seen:
    return seen(**locals())


@bodies.put("/embedded")
def embedded_body(size: Annotated[Size, Body(embed=True)]) -> Seen:
    return seen(size=size)


@bodies.patch("/scalar")
def scalar_body(number: Annotated[int, Body()]) -> int:
    return number + 1


class Num(BaseModel):
    op: Literal["num"] = "num"
    value: float


class Neg(BaseModel):
    op: Literal["neg"] = "neg"
    of: "Expression"


class Add(BaseModel):
    op: Literal["add"] = "add"
    left: "Expression"
    right: "Expression"


Expression = Annotated[Union[Num, Neg, Add], Field(discriminator="op")]
Neg.model_rebuild()
Add.model_rebuild()


def evaluated(expression: Num | Neg | Add) -> float:
    match expression:
        case Num():
            return expression.value
        case Neg():
            return -evaluated(expression.of)
        case Add():
            return evaluated(expression.left) + evaluated(expression.right)


@bodies.post("/evaluate")
def evaluate(expression: Expression) -> float:
    return evaluated(expression)


class First(BaseModel):
    number: Literal[1] = 1
    a: str


class Second(BaseModel):
    number: Literal[2] = 2
    a: str
    b: int = 0


@bodies.post("/numbered")
def save_numbered(numbered: Annotated[First | Second, Field(discriminator="number")]) -> Seen:
    return seen(numbered=numbered, type=type(numbered).__name__)


class Area(BaseModel):
    width: int
    height: int

    @computed_field
    @property
    def area(self) -> int:
        return self.width * self.height


@bodies.post("/areas")
def save_area(area: Area) -> Area:
    return area


@bodies.put("/note")
def save_note(note: Annotated[str, Body(media_type="text/plain")], request: Request) -> Seen:
    return seen(note=note, content_type=request.headers["content-type"].split(";")[0])


@bodies.put(
    "/raw",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def save_raw(request: Request) -> Seen:
    return seen(raw=await request.body(), content_type=request.headers["content-type"])


# Forms and files.


@forms.post("/login")
def login(
    username: Annotated[str, Form()],
    password: Annotated[SecretStr, Form()],
    remember: Annotated[bool, Form()] = False,
    numbers: Annotated[list[int], Form()] = [],
    color: Annotated[Color | None, Form()] = None,
) -> Seen:
    return seen(**locals())


class Registration(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    born: dt.date
    height: float | None = None
    tags: list[str] = []


@forms.post("/register")
def register(form: Annotated[Registration, Form()]) -> Seen:
    return seen(form=form)


async def file_seen(file: UploadFile | None) -> str:
    if file is None:
        return "none"
    return f"{file.filename} {file.content_type} {(await file.read()).hex()}"


@forms.post("/files/one")
async def upload_one(file: UploadFile, title: Annotated[str, Form()], size: Annotated[int | None, Form()] = None) -> Seen:
    return seen(file=await file_seen(file), title=title, size=size)


@forms.post("/files/optional")
async def upload_optional(note: Annotated[str, Form()], file: UploadFile | None = None) -> Seen:
    return seen(file=await file_seen(file), note=note)


@forms.post("/files/many")
async def upload_many(files: list[UploadFile], labels: Annotated[list[str], Form()]) -> Seen:
    return seen(files=[await file_seen(file) for file in files], labels=labels)


@forms.post("/files/bytes")
async def upload_bytes(raw: Annotated[bytes, File()], price: Annotated[Decimal, Form()]) -> Seen:
    return seen(raw=raw, price=price)


@forms.post("/files/maybe")
async def upload_maybe(files: list[UploadFile] | None = None, level: Annotated[Level, Form()] = Level.LOW) -> Seen:
    return seen(files=[await file_seen(file) for file in files or []], level=level)


# Answers.


@answers.get("/animals")
def animals() -> list[Cat | Dog]:
    return [Cat(kind="cat"), Dog(good=False)]


class Problem(BaseModel):
    code: Level
    message: str


@answers.get("/statuses/{status}", responses={202: {"model": Names}, 404: {"model": Problem}, 409: {"description": "Nothing more"}})
def statuses(status: int, response: Response) -> Size:
    if status == 202:
        return JSONResponse(["later"], 202)
    if status == 404:
        return JSONResponse({"code": 10, "message": "not here"}, 404)
    if status == 409:
        return Response(status_code=409)
    if status == 418:
        raise HTTPException(418, "an undocumented status")
    return Size(width=1)


@answers.get("/invalid")
def invalid(limit: Annotated[int, Query(le=10)]) -> int:
    return limit


@answers.delete("/nothing/{ident}", status_code=204)
def delete_nothing(ident: int) -> None:
    return None


@answers.get("/text", response_class=PlainTextResponse)
def text() -> str:
    return "grün\nplain"


@answers.get("/page", response_class=HTMLResponse)
def page() -> str:
    return "<p>grün</p>"


@answers.get("/string")
def string() -> str:
    return "in JSON"


@answers.get(
    "/image",
    response_class=Response,
    responses={200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}},
)
def image() -> Response:
    return Response(b"\x89PNG\x00\xff", media_type="image/png")


@answers.get(
    "/counted",
    responses={200: {"headers": {"X-Total": {"schema": {"type": "integer"}}, "X-Next": {"schema": {"type": "string"}}}}},
)
def counted(response: Response) -> list[int]:
    response.headers["X-Total"] = "42"
    response.headers["X-Next"] = "a b"
    return [1, 2]


@answers.head("/exists/{ident}")
def exists(ident: int, response: Response) -> None:
    if ident != 1:
        raise HTTPException(404)
    response.headers["X-Found"] = "yes"


@answers.get("/anything")
def anything() -> Any:
    return {"a": [1, None, "x", 1.5]}


@answers.get("/maybe")
def maybe(there: bool) -> Size | None:
    return Size(width=2) if there else None


@answers.get("/stream", response_class=StreamingResponse)
async def stream() -> StreamingResponse:
    async def chunks() -> AsyncIterable[bytes]:
        for number in range(3):
            yield f"chunk {number};".encode()
            await asyncio.sleep(0.01)

    return StreamingResponse(chunks(), media_type="text/plain")


class Tick(BaseModel):
    number: int
    note: str | None = None


@answers.get("/lines")
async def lines(count: int = 3) -> AsyncIterable[Tick]:
    for number in range(count):
        yield Tick(number=number, note="é\n" if number else None)


try:
    from fastapi.sse import EventSourceResponse, ServerSentEvent

    @answers.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterable[Tick]:
        for number in range(3):
            yield Tick(number=number)

    @answers.post("/events/named", response_class=EventSourceResponse)
    async def named_events(prompt: Size) -> AsyncIterable[ServerSentEvent]:
        yield ServerSentEvent(data={"width": prompt.width}, event="size", id="1", retry=10)
        yield ServerSentEvent(raw_data="[DONE]", event="done")

except ImportError:  # pragma: no cover
    pass


for router in (parameters, bodies, forms, answers):
    app.include_router(router)


def end_with_standard_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
