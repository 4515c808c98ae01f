//! The characters that a reader does not see, or that change what is seen around them; the one list for all that is written.

/// Whether a character is a control character, a separator of lines, a mark of writing direction, a filler, or one that Unicode lets
/// a font ignore: text can be hidden in a run of such characters.
///
/// The list is Unicode's `Default_Ignorable_Code_Point` (`DerivedCoreProperties.txt`, Unicode 17), with the controls, the separators
/// of lines and paragraphs, the marks of annotations, the blank Braille pattern and the noncharacters beside it.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FDD0}'..='\u{FDEF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || (c as u32) & 0xFFFE == 0xFFFE
}
