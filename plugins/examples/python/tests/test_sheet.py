import unittest

from sheet import headed


class SheetTest(unittest.TestCase):
    def test_columns_without_heading_and_text_are_left_out(self):
        sheet = headed(["", "Container #"], [["", "ABCU1234560"], [None, "ABCU7654321"]])
        self.assertEqual(sheet.columns, ["Container #"])
        self.assertEqual(sheet.rows, [["ABCU1234560"], ["ABCU7654321"]])

    def test_column_with_text_and_no_heading_gets_a_number(self):
        self.assertEqual(headed(["", "Status"], [["x", None]]).columns, ["column 1", "Status"])

    def test_cell_that_is_not_there_is_empty(self):
        self.assertEqual(headed(["Status"], [[None]]).rows, [[""]])


if __name__ == "__main__":
    unittest.main()
