"""Text -> StoryTraits: all of deciding about a story that needs no other text."""

from collections.abc import Collection, Sequence

from pipelines.records import CleanArticle
from pipelines.stories.records import StoryTraits
from pipelines.stories.sketch import pack_sketch, paragraph_hashes, sample_of
from pipelines.stories.wire import wire_service


def traits_of(article: CleanArticle) -> StoryTraits:
    """What the text of an article says of its story; what cleaning cut may name a wire service."""
    cut = [each.block.text for each in article.cuts]
    return story_traits(article.text, [*article.metadata.authors, *cut])


def story_traits(text: str, told_by: Sequence[str] = ()) -> StoryTraits:
    """What a text says of its story.

    Args:
        text: Paragraphs separated by newlines.
        told_by: Authors, and other texts that may name a wire service.
    """
    sketch = pack_sketch(text)
    return StoryTraits(
        sketch=sketch,
        paragraphs=tuple(paragraph_hashes(sketch)),
        sample=tuple(sample_of(sketch, ())),
        wire_service=wire_service(text, told_by),
    )


def sample_without(traits: StoryTraits, paragraphs: Collection[int]) -> Sequence[int]:
    """The shingles that stand for a text without the paragraphs with these hashes."""
    return sample_of(traits.sketch, paragraphs) if paragraphs else traits.sample
