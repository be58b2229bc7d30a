//! Columns that grow with their widest cell (Go's `text/tabwriter`).

/// Aligns text whose cells end with a tab. A column is a run of lines that all have that cell; what
/// follows the last tab of a line belongs to no column.
pub(super) fn align(text: &str, least_width: usize, padding: usize) -> String {
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    let mut writer =
        Writer { lines: &lines, widths: Vec::new(), least_width, padding, out: String::new() };
    writer.format(0, lines.len());
    writer.out
}

struct Writer<'a> {
    lines: &'a [Vec<&'a str>],
    widths: Vec<usize>,
    least_width: usize,
    padding: usize,
    out: String,
}

impl Writer<'_> {
    fn format(&mut self, mut first: usize, end: usize) {
        let column = self.widths.len();
        let has_cell = |line: &Vec<&str>| column + 1 < line.len();
        let mut this = first;
        while this < end {
            if !has_cell(&self.lines[this]) {
                this += 1;
                continue;
            }
            self.write(first, this);
            first = this;
            let mut width = self.least_width;
            while this < end && has_cell(&self.lines[this]) {
                let cell = self.lines[this][column].chars().count();
                width = width.max(cell + self.padding);
                this += 1;
            }
            self.widths.push(width);
            self.format(first, this);
            self.widths.pop();
            first = this;
        }
        self.write(first, end);
    }

    fn write(&mut self, first: usize, end: usize) {
        for line in &self.lines[first..end] {
            for (index, cell) in line.iter().enumerate() {
                self.out.push_str(cell);
                let last = index + 1 == line.len();
                if let (Some(width), false) = (self.widths.get(index), last) {
                    let blanks = width.saturating_sub(cell.chars().count());
                    self.out.extend(std::iter::repeat_n(' ', blanks));
                }
            }
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_the_cell_ends_the_column() {
        let text = "Name:\ta\nLonger name:\tb\nplain\nX:\tc\n  Y:\t\td\n";
        let aligned = "Name:         a\nLonger name:  b\nplain\nX:    c\n  Y:    d\n";
        assert_eq!(align(text, 0, 2), aligned);
        assert_eq!(align("A\tB\nx\ty\n", 6, 3), "A     B\nx     y\n");
    }
}
