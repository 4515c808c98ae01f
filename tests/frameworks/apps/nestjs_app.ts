// A NestJS application with @nestjs/swagger that answers with what it understood.
import "reflect-metadata";
import {
  Body,
  Controller,
  Delete,
  Get,
  Head,
  Headers,
  HttpCode,
  Module,
  NotFoundException,
  Param,
  ParseBoolPipe,
  ParseIntPipe,
  ParseUUIDPipe,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
  Sse,
  StreamableFile,
  UploadedFile,
  UploadedFiles,
  UseInterceptors,
  ValidationPipe,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FileFieldsInterceptor, FileInterceptor, FilesInterceptor, NoFilesInterceptor } from "@nestjs/platform-express";
import {
  ApiBody,
  ApiConsumes,
  ApiCookieAuth,
  ApiExtraModels,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiProperty,
  ApiPropertyOptional,
  ApiQuery,
  ApiResponse,
  ApiTags,
  DocumentBuilder,
  PartialType,
  SwaggerModule,
  getSchemaPath,
} from "@nestjs/swagger";
import { Transform, Type } from "class-transformer";
import {
  IsArray,
  IsBoolean,
  IsDate,
  IsEmail,
  IsEnum,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  Min,
  ValidateNested,
} from "class-validator";
import { of } from "rxjs";

enum Color {
  Red = "red",
  DarkBlue = "dark blue",
  Slash = "a/b",
}

enum Level {
  Low = 1,
  High = 10,
}

class Seen {
  @ApiProperty({ type: "object", additionalProperties: { type: "string" } })
  values: Record<string, string>;
}

function shown(value: any): string {
  if (value instanceof Date) return `Date:${value.toISOString()}`;
  if (Array.isArray(value)) return `[${value.map(shown).join(" ")}]`;
  if (Buffer.isBuffer(value)) return `bytes:${value.toString("hex")}`;
  if (value !== null && typeof value === "object") {
    const name = value.constructor?.name ?? "null";
    const members = Object.keys(value).sort().map((key) => `${key}=${shown(value[key])}`);
    return `${name}{${members.join(" ")}}`;
  }
  return `${typeof value}:${value}`;
}

function seen(values: Record<string, any>): Seen {
  return { values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shown(value)])) };
}

class Filter {
  @ApiProperty()
  @IsString()
  text: string;

  @ApiPropertyOptional({ type: "integer", minimum: 1, default: 20 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  limit?: number = 20;

  @ApiPropertyOptional()
  @IsOptional()
  @Type(() => Number)
  @IsNumber()
  size?: number;

  @ApiPropertyOptional({ enum: Color, enumName: "Color" })
  @IsOptional()
  @IsEnum(Color)
  color?: Color;

  @ApiPropertyOptional({ enum: Level })
  @IsOptional()
  @Type(() => Number)
  @IsEnum(Level)
  level?: Level;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @Transform(({ value }) => (Array.isArray(value) ? value : [value]))
  @IsString({ each: true })
  tags?: string[];

  @ApiPropertyOptional({ type: [Number] })
  @IsOptional()
  @Transform(({ value }) => (Array.isArray(value) ? value : [value]).map(Number))
  @IsInt({ each: true })
  numbers?: number[];

  @ApiPropertyOptional()
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  since?: Date;

  @ApiPropertyOptional({ nullable: true })
  @IsOptional()
  @IsString()
  maybe?: string | null;
}

@ApiTags("parameters")
@Controller()
class ParametersController {
  @Get("path/:count/:flag/:ident/:text/:color/:size")
  @ApiOperation({ operationId: "pathScalars" })
  @ApiParam({ name: "color", enum: Color, enumName: "Color" })
  @ApiParam({ name: "size", type: Number })
  @ApiOkResponse({ type: Seen })
  path(
    @Param("count", ParseIntPipe) count: number,
    @Param("flag", ParseBoolPipe) flag: boolean,
    @Param("ident", ParseUUIDPipe) ident: string,
    @Param("text") text: string,
    @Param("color") color: Color,
    @Param("size") size: string,
  ): Seen {
    return seen({ count, flag, ident, text, color, size });
  }

  @Get("query")
  @ApiOperation({ operationId: "query" })
  @ApiOkResponse({ type: Seen })
  query(@Query() filter: Filter): Seen {
    return seen(filter as any);
  }

  @Get("query/styles")
  @ApiOperation({ operationId: "queryStyles" })
  @ApiQuery({ name: "ids", type: [Number], style: "form", explode: false })
  @ApiQuery({ name: "words", type: [String], style: "pipeDelimited", explode: false, required: false })
  @ApiQuery({ name: "colors", enum: Color, isArray: true, required: false })
  @ApiOkResponse({ type: Seen })
  styles(@Query("ids") ids: string, @Query("words") words: string, @Query("colors") colors: Color[]): Seen {
    return seen({ ids, words, colors });
  }

  @Get("headers")
  @ApiOperation({ operationId: "headers" })
  @ApiHeader({ name: "x-token", required: true })
  @ApiHeader({ name: "x-count", required: false, schema: { type: "integer" } })
  @ApiOkResponse({ type: Seen })
  headers(@Headers("x-token") token: string, @Headers("x-count") count?: string): Seen {
    return seen({ token, count });
  }
}

class Size {
  @ApiProperty()
  @IsNumber()
  width: number;

  @ApiPropertyOptional({ default: 1.5 })
  @IsOptional()
  @IsNumber()
  height?: number = 1.5;
}

class Cat {
  @ApiProperty({ enum: ["cat"] })
  @IsIn(["cat"])
  kind: "cat";

  @ApiProperty({ type: "integer" })
  @IsInt()
  lives: number;
}

class Dog {
  @ApiProperty({ enum: ["dog"] })
  @IsIn(["dog"])
  kind: "dog";

  @ApiProperty()
  @IsBoolean()
  good: boolean;
}

@ApiExtraModels(Cat, Dog)
class Item {
  @ApiProperty({ minLength: 1 })
  @IsNotEmpty()
  name: string;

  @ApiProperty({ type: "integer", maximum: 100 })
  @IsInt()
  @Max(100)
  count: number;

  @ApiProperty({ type: Number, nullable: true })
  @IsOptional()
  @IsNumber()
  weight: number | null;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @IsString()
  note?: string | null;

  @ApiProperty({ enum: Color, enumName: "Color" })
  @IsEnum(Color)
  color: Color;

  @ApiPropertyOptional({ enum: Level, enumName: "Level" })
  @IsOptional()
  @IsEnum(Level)
  level?: Level;

  @ApiProperty({ format: "uuid" })
  @IsUUID()
  ident: string;

  @ApiPropertyOptional({ format: "email" })
  @IsOptional()
  @IsEmail()
  email?: string;

  @ApiProperty()
  @Type(() => Date)
  @IsDate()
  made: Date;

  @ApiProperty()
  @ValidateNested()
  @Type(() => Size)
  size: Size;

  @ApiPropertyOptional({ type: () => Size, nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => Size)
  other?: Size | null;

  @ApiProperty({ type: [Size] })
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Size)
  sizes: Size[];

  @ApiPropertyOptional({ type: () => [Item] })
  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Item)
  parts?: Item[];

  @ApiPropertyOptional({ type: "object", additionalProperties: { type: "integer" } })
  @IsOptional()
  @IsObject()
  labels?: Record<string, number>;

  @ApiPropertyOptional({ oneOf: [{ type: "string" }, { type: "number" }] })
  @IsOptional()
  either?: string | number;

  @ApiPropertyOptional({
    oneOf: [{ $ref: getSchemaPath(Cat) }, { $ref: getSchemaPath(Dog) }],
    discriminator: { propertyName: "kind", mapping: { cat: getSchemaPath(Cat), dog: getSchemaPath(Dog) } },
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => Object, {
    keepDiscriminatorProperty: true,
    discriminator: { property: "kind", subTypes: [{ value: Cat, name: "cat" }, { value: Dog, name: "dog" }] },
  })
  pet?: Cat | Dog;

  @ApiPropertyOptional({ type: "array", items: { type: "array", items: { type: "number" } } })
  @IsOptional()
  grid?: number[][];

  @ApiPropertyOptional({ type: String, readOnly: true })
  @IsOptional()
  made_by?: string;
}

class ItemChange extends PartialType(Item) {}

class Problem {
  @ApiProperty({ type: "integer" })
  statusCode: number;

  @ApiProperty()
  message: string;

  @ApiPropertyOptional()
  error?: string;
}

@ApiTags("bodies")
@ApiExtraModels(Cat, Dog)
@Controller()
class BodiesController {
  @Post("items")
  @ApiOperation({ operationId: "createItem" })
  @ApiResponse({ status: 201, type: Item })
  @ApiResponse({ status: 400, type: Problem, description: "Not valid" })
  create(@Body() item: Item): Item {
    return { ...item, made_by: "the application" };
  }

  @Patch("items/:id")
  @ApiOperation({ operationId: "changeItem" })
  @ApiOkResponse({ type: Seen })
  change(@Param("id", ParseIntPipe) id: number, @Body() change: ItemChange): Seen {
    return seen({ id, change });
  }

  @Put("pets")
  @ApiOperation({ operationId: "savePets" })
  @ApiBody({ schema: { type: "array", items: { oneOf: [{ $ref: getSchemaPath(Cat) }, { $ref: getSchemaPath(Dog) }] } } })
  @ApiOkResponse({ schema: { type: "array", items: { anyOf: [{ $ref: getSchemaPath(Cat) }, { $ref: getSchemaPath(Dog) }] } } })
  pets(@Body() pets: any[]): any[] {
    return pets;
  }

  @Post("texts")
  @ApiOperation({ operationId: "saveTexts" })
  @ApiBody({ type: [String] })
  @ApiResponse({ status: 201, type: [String] })
  texts(@Body() texts: string[]): string[] {
    return texts.map((text) => text.toUpperCase());
  }

  @Post("free")
  @ApiOperation({ operationId: "saveAnything" })
  @ApiBody({ schema: { type: "object", additionalProperties: true } })
  @ApiResponse({ status: 201, schema: { type: "object", additionalProperties: true } })
  free(@Body() body: Record<string, unknown>): Record<string, unknown> {
    return body;
  }
}

class Login {
  @ApiProperty()
  @IsString()
  user: string;

  @ApiPropertyOptional({ type: "integer" })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  age?: number;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  tags?: string[];
}

class Upload {
  @ApiProperty({ type: "string", format: "binary" })
  file: any;

  @ApiProperty()
  @IsString()
  title: string;

  @ApiPropertyOptional({ type: "integer" })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  count?: number;
}

class Uploads {
  @ApiProperty({ type: "array", items: { type: "string", format: "binary" } })
  files: any[];
}

const file = (it?: any) => (it ? `${it.originalname} ${it.mimetype} ${it.buffer.toString("hex")}` : "none");

@ApiTags("forms")
@Controller()
class FormsController {
  @Post("login")
  @ApiOperation({ operationId: "login" })
  @ApiConsumes("application/x-www-form-urlencoded")
  @ApiResponse({ status: 201, type: Seen })
  login(@Body() login: Login): Seen {
    return seen({ login });
  }

  @Post("files/one")
  @ApiOperation({ operationId: "uploadOne" })
  @ApiConsumes("multipart/form-data")
  @ApiBody({ type: Upload })
  @ApiResponse({ status: 201, type: Seen })
  @UseInterceptors(FileInterceptor("file"))
  one(@UploadedFile() upload: any, @Body() body: Upload): Seen {
    return seen({ file: file(upload), title: body.title, count: body.count });
  }

  @Post("files/many")
  @ApiOperation({ operationId: "uploadMany" })
  @ApiConsumes("multipart/form-data")
  @ApiBody({ type: Uploads })
  @ApiResponse({ status: 201, type: Seen })
  @UseInterceptors(FilesInterceptor("files"))
  many(@UploadedFiles() files: any[]): Seen {
    return seen({ files: files.map(file) });
  }

  @Post("files/fields")
  @ApiOperation({ operationId: "uploadFields" })
  @ApiConsumes("multipart/form-data")
  @ApiBody({
    schema: {
      type: "object",
      required: ["avatar", "size"],
      properties: {
        avatar: { type: "string", format: "binary" },
        cover: { type: "string", format: "binary", nullable: true },
        size: { $ref: getSchemaPath(Size) },
        labels: { type: "array", items: { type: "string" } },
      },
    },
  })
  @ApiResponse({ status: 201, type: Seen })
  @UseInterceptors(FileFieldsInterceptor([{ name: "avatar" }, { name: "cover" }]))
  fields(@UploadedFiles() files: any, @Body() body: any): Seen {
    return seen({ avatar: file(files.avatar?.[0]), cover: file(files.cover?.[0]), size: body.size, labels: body.labels });
  }
}

@ApiTags("answers")
@Controller()
class AnswersController {
  @Get("hello")
  @ApiOperation({ operationId: "hello" })
  @ApiOkResponse({ type: String })
  hello(): string {
    return "Hello World!";
  }

  @Get("number")
  @ApiOperation({ operationId: "number" })
  @ApiOkResponse({ type: Number })
  number(): number {
    return 42.5;
  }

  @Get("flag")
  @ApiOperation({ operationId: "flag" })
  @ApiOkResponse({ type: Boolean })
  flag(): boolean {
    return true;
  }

  @Get("found/:id")
  @ApiOperation({ operationId: "found" })
  @ApiOkResponse({ type: Size })
  @ApiNotFoundResponse({ type: Problem })
  found(@Param("id", ParseIntPipe) id: number): Size {
    if (id !== 1) throw new NotFoundException("not here");
    return { width: 1 };
  }

  @Delete("nothing")
  @HttpCode(204)
  @ApiOperation({ operationId: "nothing" })
  @ApiNoContentResponse()
  nothing(): void {}

  @Get("image")
  @ApiOperation({ operationId: "image" })
  @ApiProduces("image/png")
  @ApiOkResponse({ schema: { type: "string", format: "binary" } })
  image(): StreamableFile {
    return new StreamableFile(Buffer.from("89504e4700ff", "hex"), { type: "image/png" });
  }

  @Get("counted")
  @ApiOperation({ operationId: "counted" })
  @ApiOkResponse({ type: [Number], headers: { "X-Total": { schema: { type: "integer" } } } })
  counted(@Res({ passthrough: true }) response: any): number[] {
    response.setHeader("X-Total", "42");
    return [1, 2];
  }

  @Head("exists/:id")
  @ApiOperation({ operationId: "exists" })
  exists(@Param("id", ParseIntPipe) id: number): void {
    if (id !== 1) throw new NotFoundException();
  }

  @Sse("events")
  @ApiOperation({ operationId: "events" })
  @ApiProduces("text/event-stream")
  @ApiOkResponse({ type: Size })
  events() {
    return of({ data: { width: 1 } }, { data: { width: 2 }, id: "2", type: "size" });
  }
}

@Module({ controllers: [ParametersController, BodiesController, FormsController, AnswersController] })
class AppModule {}

async function main() {
  const app = await NestFactory.create(AppModule, { logger: ["error"] });
  app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, exceptionFactory: (errors) => new (require("@nestjs/common").BadRequestException)(errors.map((it) => `${it.property}: ${Object.values(it.constraints ?? {})}`).join("; ")) }));
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().setTitle("NestJS judge").setVersion("1").build());
  app.getHttpAdapter().get("/openapi.json", (_: any, response: any) => response.json(document));
  await app.listen(Number(process.argv[2]), "127.0.0.1");
}

void main();
