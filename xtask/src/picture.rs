//! What a virtual display shows: read from its memory file, judged blank or not, written as PNG.

use crate::failure::{Doing, Failure, Outcome};
use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Fewer colours than this are a window without a page in it.
const FEWEST_COLOURS: usize = 16;
/// At least one pixel in this many must differ from the commonest colour.
const ONE_IN: usize = 200;

/// A picture of red, green, blue bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Picture {
    /// Reads the X window dump that Xvfb keeps of its screen (`-fbdir`), 24 bits deep.
    pub fn from_window_dump(dump: &[u8]) -> Outcome<Self> {
        let word = |index: usize| -> Outcome<u32> {
            dump.get(index * 4..index * 4 + 4)
                .and_then(|bytes| bytes.try_into().ok())
                .map(u32::from_be_bytes)
                .ok_or_else(|| Failure::because("the display's memory is cut short"))
        };
        let size = |index: usize| word(index).map(|value| value as usize);
        let (header, width, height, little_end_first) =
            (size(0)?, word(4)?, word(5)?, word(7)? == 0);
        let (bits, line, colours) = (word(11)?, size(12)?, size(19)?);
        if bits != 32 {
            return Err(Failure::because(format!(
                "the display has {bits} bits per pixel, not 32"
            )));
        }
        let start = header + colours * 12;
        let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
        for row in 0..height as usize {
            let from = start + row * line;
            let bytes = dump
                .get(from..from + width as usize * 4)
                .ok_or_else(|| Failure::because("the display's memory is cut short"))?;
            for pixel in bytes.chunks_exact(4) {
                if little_end_first {
                    pixels.extend([pixel[2], pixel[1], pixel[0]]);
                } else {
                    pixels.extend([pixel[1], pixel[2], pixel[3]]);
                }
            }
        }
        Ok(Self {
            width,
            height,
            pixels,
        })
    }

    /// Whether there is nothing to see: an empty screen, or a window that has not drawn its page.
    pub fn is_blank(&self) -> bool {
        let mut counts: HashMap<&[u8], usize> = HashMap::new();
        for pixel in self.pixels.chunks_exact(3) {
            *counts.entry(pixel).or_default() += 1;
        }
        let all = self.pixels.len() / 3;
        let commonest = counts.values().copied().max().unwrap_or(0);
        counts.len() < FEWEST_COLOURS || (all - commonest) * ONE_IN < all
    }

    /// Writes it as PNG.
    pub fn save(&self, file: &Path) -> Outcome {
        if let Some(dir) = file.parent() {
            std::fs::create_dir_all(dir).doing(format!("making {}", dir.display()))?;
        }
        let doing = || format!("writing {}", file.display());
        let mut encoder = png::Encoder::new(
            BufWriter::new(File::create(file).doing(doing())?),
            self.width,
            self.height,
        );
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().doing(doing())?;
        writer.write_image_data(&self.pixels).doing(doing())?;
        writer.finish().doing(doing())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dump with a header of 25 words, one colour-map entry and padded lines.
    fn dump(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
        let line = width * 4 + 8;
        let mut words = [0_u32; 25];
        words[0] = 100;
        words[4] = width;
        words[5] = height;
        words[11] = 32;
        words[12] = line;
        words[19] = 1;
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        bytes.extend([0; 12]);
        for y in 0..height {
            for x in 0..width {
                let [r, g, b] = pixel(x, y);
                bytes.extend([b, g, r, 0]);
            }
            bytes.extend([0; 8]);
        }
        bytes
    }

    #[test]
    fn pixels_are_read_in_order() {
        let picture =
            Picture::from_window_dump(&dump(
                2,
                1,
                |x, _| if x == 0 { [1, 2, 3] } else { [4, 5, 6] },
            ))
            .unwrap();
        assert_eq!(picture.pixels, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_short_dump_is_an_error() {
        let whole = dump(4, 4, |_, _| [0; 3]);
        assert!(Picture::from_window_dump(&whole[..whole.len() - 9]).is_err());
        assert!(Picture::from_window_dump(&[]).is_err());
    }

    #[test]
    fn one_colour_is_blank_and_a_page_is_not() {
        let flat = Picture::from_window_dump(&dump(100, 100, |_, _| [255; 3])).unwrap();
        assert!(flat.is_blank());
        let bordered =
            Picture::from_window_dump(&dump(
                100,
                100,
                |x, _| if x < 50 { [0; 3] } else { [255; 3] },
            ))
            .unwrap();
        assert!(bordered.is_blank());
        let page = |x: u32, y: u32| {
            if y < 10 {
                [u8::try_from(x).unwrap(); 3]
            } else {
                [255; 3]
            }
        };
        assert!(
            !Picture::from_window_dump(&dump(100, 100, page))
                .unwrap()
                .is_blank()
        );
    }

    #[test]
    fn it_is_written_as_png() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("deep/picture.png");
        Picture::from_window_dump(&dump(3, 2, |_, _| [9; 3]))
            .unwrap()
            .save(&file)
            .unwrap();
        assert!(std::fs::read(file).unwrap().starts_with(b"\x89PNG"));
    }
}
