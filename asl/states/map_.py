"""Map: runs its processor once for each item.

Fields: ``ItemProcessor``, or the older ``Iterator`` with the same shape. ``ItemReader``, ``ItemBatcher``,
``ResultWriter`` and ``Label`` belong to Distributed Map (``ProcessorConfig.Mode`` DISTRIBUTED). Each number has a
``...Path`` twin in JSONPath.
"""

from __future__ import annotations

from asl.states.retry_catch import RETRY_CATCH
from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    JSONATA,
    JSONPATH,
    TRANSITION,
    Field,
    OneOf,
    Table,
    array_of,
    integer,
    keyword,
    number,
    object_of,
    path,
    reference_path,
    template,
    template_object,
    text,
)

_TOP_LEVEL = "only the whole state machine can have it"

PROCESSOR_CONFIG_FIELDS = Table(
    {"Mode": keyword("INLINE", "DISTRIBUTED"), "ExecutionType": keyword("STANDARD", "EXPRESS")}
)

PROCESSOR_FIELDS = Table(
    {
        "States": object_of(required=True, nonempty=True),
        "StartAt": text(required=True, nonempty=True),
        "ProcessorConfig": object_of(PROCESSOR_CONFIG_FIELDS),
        "Comment": text(),
    },
    required_as_list=True,
    foreign={
        name: ("ASL202", f"Field '{name}' is not supported", _TOP_LEVEL)
        for name in ("Version", "TimeoutSeconds", "QueryLanguage")
    },
)

READER_CONFIG_FIELDS = Table(
    {
        "InputType": keyword("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"),
        "ManifestType": keyword("ATHENA_DATA", "S3_INVENTORY"),
        "Transformation": keyword("NONE", "LOAD_AND_FLATTEN"),
        "CSVDelimiter": keyword("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"),
        "CSVHeaderLocation": keyword("FIRST_ROW", "GIVEN"),
        "CSVHeaders": array_of(text(), nonempty=True),
        "ItemsPointer": text(),
        "MaxItems": integer(0, 100_000_000, expression=True),
        "MaxItemsPath": path(),
    },
    exclusive=(("MaxItems", "MaxItemsPath"),),
)

ITEM_READER_FIELDS = Table(
    {
        "Resource": text(required=True, nonempty=True),
        "Parameters": template_object(only=JSONPATH),
        "Arguments": template(only=JSONATA),
        "ReaderConfig": object_of(READER_CONFIG_FIELDS),
    }
)

ITEM_BATCHER_FIELDS = Table(
    {
        "MaxItemsPerBatch": integer(1, expression=True),
        "MaxItemsPerBatchPath": path(),
        "MaxInputBytesPerBatch": integer(1, 262_144, expression=True),
        "MaxInputBytesPerBatchPath": path(),
        "BatchInput": template(),
    },
    exclusive=(
        ("MaxItemsPerBatch", "MaxItemsPerBatchPath"),
        ("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
    ),
    at_least_one=(("MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),),
)

WRITER_CONFIG_FIELDS = Table(
    {"Transformation": keyword("NONE", "COMPACT", "FLATTEN"), "OutputType": keyword("JSON", "JSONL")}
)

RESULT_WRITER_FIELDS = Table(
    {
        "Resource": text(nonempty=True),
        "Parameters": template_object(only=JSONPATH),
        "Arguments": template(only=JSONATA),
        "WriterConfig": object_of(WRITER_CONFIG_FIELDS),
    },
    at_least_one=(("WriterConfig", "Resource"),),
    needs={"Parameters": "Resource", "Arguments": "Resource"},
)

#: fields that only a Distributed Map has
DISTRIBUTED_ONLY = ("ItemReader", "ItemBatcher", "ResultWriter", "Label")

FIELDS = Table(
    {
        **COMMON,
        **TRANSITION,
        **INPUT_OUTPUT,
        **ASSIGN,
        **RETRY_CATCH,
        "ItemProcessor": object_of(PROCESSOR_FIELDS),
        "Iterator": object_of(PROCESSOR_FIELDS),
        "ItemsPath": path(),
        "Items": template(only=JSONATA),
        "ItemSelector": template(),
        "Parameters": template_object(only=JSONPATH),
        "ResultSelector": template_object(only=JSONPATH),
        "ResultPath": reference_path(nullable=True),
        "MaxConcurrency": integer(0, expression=True),
        "MaxConcurrencyPath": path(),
        "ToleratedFailureCount": integer(0, expression=True),
        "ToleratedFailureCountPath": path(),
        "ToleratedFailurePercentage": number(0, 100, expression=True),
        "ToleratedFailurePercentagePath": path(),
        "ItemReader": object_of(ITEM_READER_FIELDS),
        "ItemBatcher": object_of(ITEM_BATCHER_FIELDS),
        "ResultWriter": object_of(RESULT_WRITER_FIELDS),
        "Label": Field("text", nonempty=True),
    },
    exactly_one=(OneOf(("ItemProcessor", "Iterator")),),
    exclusive=(
        ("ItemSelector", "Parameters"),
        ("MaxConcurrency", "MaxConcurrencyPath"),
        ("ToleratedFailureCount", "ToleratedFailureCountPath"),
        ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
    ),
)
